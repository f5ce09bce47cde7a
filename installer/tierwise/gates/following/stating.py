"""What a task states of values: their words, their numbers, and their signs by the names that people give them."""

from __future__ import annotations

import re

from tierwise.gates.following.product import Product
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.tokens import (
    NUMBER,
    TOKEN,
    bare_value,
)

_LETTERS = re.compile(r"[^\W\d_]{2,}")
# How a person tells what the product does now.
_TELLS = r"\b(?:says|said|gives|gave|returns|returned|shows|showed|prints|printed|gets?|got)\b"
_UNTIL = (
    r"(?:(?!\b(?:should|must|ha(?:s|ve) to|wants?|needs?|makes?|right|correct)\b)[^.;\n\d]){0,40}"
)
# Before a value that the product has now, and shall not have; not "gives 3 instead of 4".
_FAULT = (
    rf"(?:\bbut\b{_UNTIL}(?:{_TELLS}|\b(?:is|was)\b)[^\w.;\n]{{0,3}}"
    rf"|({_TELLS}(?:[^.;\n]|\.\d){{0,30}})?\b(?:instead of|rather than)\b{_UNTIL})"
    r"(?<![\w.])%s(?!\w|\.\d)"
)
# What a person calls a sign.
_SIGNS = {
    " ": "blank|space",
    ",": "comma",
    ".": "dot|period|full stop|decimal",
    "-": "dash|hyphen",
    "_": "underscore",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "%": "percent",
    "$": "dollar",
    "€": "euro",
}


def is_stated_line(line: str, product: Product) -> bool:
    """Tell whether a new line of data holds what the task states, and nothing else that counts."""
    return are_stated(TOKEN.findall(line), product)


def are_stated(tokens: list[str], product: Product) -> bool:
    """Tell whether the task has all words and numbers of some tokens, and there are words."""
    words = _LETTERS.findall(" ".join(tokens))
    if not words:
        return False
    numbers = set(filter(NUMBER.fullmatch, tokens))
    said = {*words, *numbers} - {"0"}
    return all(map(product.is_mentioned, said))


def is_stated(
    was: str,
    now: str,
    task: str,
) -> bool:
    """Tell whether the task has what the new value has and the old one had not."""
    bare = bare_value(now)
    if is_fault(now, task):
        return False
    if len(bare) > 1 and mentions(task, bare):
        return True
    old_words = set(re.findall(r"\w+", was))
    has_inserted = False
    for difference in list_differences(was, now):
        if not difference.now:
            continue
        has_inserted = True
        said = _list_said(now, difference.places)
        if not all(_states(task, word) for word in said - old_words):
            return False
    return has_inserted


def is_fault(value: str, task: str) -> bool:
    """Tell whether a task names a number as the one that is wrong: "but it says 1.5"."""
    bare = bare_value(value)
    if not any(map(str.isdigit, bare)):
        return False
    pattern = _FAULT % re.escape(bare)
    return any(found[1] is None for found in re.finditer(pattern, task, re.I))


def _list_said(value: str, span: range) -> set[str]:
    """List the words of a value that reach into a span of it; its signs, where there are none."""
    piece = value[span.start : span.stop]
    if not re.search(r"\w", piece):
        return set(piece)
    said = set()
    for word in re.finditer(r"\w+", value):
        if word.start() < span.stop and word.end() > span.start:
            said.add(word[0])
    return said


def _states(task: str, said: str) -> bool:
    """Tell whether a task has a word, or a sign by its name."""
    if re.match(r"\w", said):
        return mentions(task, said)
    return names_sign(task, said)


def names_sign(task: str, sign: str) -> bool:
    """Tell whether the task has a sign, or its name; a blank is in every task."""
    if sign != " " and sign in task:
        return True
    return calls_sign(task, sign)


def calls_sign(task: str, sign: str) -> bool:
    """Tell whether a task calls a sign by its name."""
    words = _SIGNS.get(sign)
    if words is None:
        return False
    return re.search(rf"\b({words})s?\b", task, re.I) is not None

"""Whether one line of a test is another only because of what the change, or the task, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.product import Product

TOKEN = re.compile(
    r"\"(?!\$\()(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|\S"
)
_LITERAL = re.compile(r"[\"'`]|\d")
_NAME = re.compile(r"[A-Za-z_$]")
# Words that come and go with a function that becomes asynchronous, a value that becomes optional and the like.
_GLUE = frozenset(("await", "async", "new", "unwrap", "self", "this", "clone", "as", "mut", "ref"))


def list_code_names(lines: Iterable[str]) -> set[str]:
    """The names of code in lines, those inside of texts left out."""
    return {token for line in lines for token in TOKEN.findall(line) if _NAME.match(token)}


def is_explained(old: str, new: str, product: Product) -> bool:
    """Whether nothing differs but names that are gone or moved, arguments, and values that the task states."""
    old = product.follow_paths(old)
    first, second = TOKEN.findall(old), TOKEN.findall(new)
    if first == second:
        return True
    if literals_of(first) == literals_of(second):
        return (
            _names_are_explained(first, second, product)
            or _is_other_call(first, second, product)
            or _is_other_form(first, second, product)
        )
    if _is_call_with_more(first, second, product):
        return True
    return _is_stated_value(first, second, product) or _is_stated_addition(first, second, product)


def _names_are_explained(first: list[str], second: list[str], product: Product) -> bool:
    """Only names differ, one for one, and each old one is gone from the product or has moved."""
    if len(first) != len(second):
        return False
    for index, (was, now) in enumerate(zip(first, second, strict=True)):
        if was == now:
            continue
        if not (_NAME.match(was) and _NAME.match(now)):
            return False
        renamed = product.is_gone(was) and now in product.after.places
        renamed = renamed or now in product.list_renames(was)
        member = _member_after(first, index)
        moved = bool(member) and product.has_moved(was, member, now)
        if not renamed and not moved:
            return False
    return True


def _is_other_call(first: list[str], second: list[str], product: Product) -> bool:
    """Only the arguments of a function with other parameters differ, and they are made of the same values."""
    for name in {token for token in first if product.has_new_signature(token)}:
        if _without_arguments(first, name) == _without_arguments(second, name):
            return True
    return False


def _is_other_form(first: list[str], second: list[str], product: Product) -> bool:
    """The same names and values in another order: a function that became a method, or the other way round."""
    was, now = _count_names(first), _count_names(second)
    gone, new = list((was - now).elements()), list((now - was).elements())
    if not gone and not new:
        return any(product.has_new_signature(name) for name in was)
    return (
        len(gone) == len(new)
        and all(product.is_gone(name) or product.list_renames(name) for name in gone)
        and all(product.is_new(name) or not product.is_gone(name) for name in new)
        and any(product.is_new(name) for name in new)
    )


def _is_call_with_more(first: list[str], second: list[str], product: Product) -> bool:
    """A function with other parameters gets the old values and others besides, in the same place."""
    for name in {token for token in first if product.has_new_signature(token)}:
        if _without_arguments(first, name) != _without_arguments(second, name):
            continue
        if not Counter(literals_of(first)) - Counter(literals_of(second)):
            return True
    return False


def _is_stated_value(first: list[str], second: list[str], product: Product) -> bool:
    """Only values differ, of a function that the task wants to behave otherwise, and the task states the new ones."""
    if len(first) != len(second):
        return False
    pairs = [(was, now) for was, now in zip(first, second, strict=True) if was != now]
    if not all(_LITERAL.match(was) and _LITERAL.match(now) for was, now in pairs):
        return False
    if product.asked.isdisjoint(first):
        return False
    return all(_is_stated(was, now, product.task) for was, now in pairs)


def _is_stated_addition(first: list[str], second: list[str], product: Product) -> bool:
    """Something is added, nothing taken away, and what is added is what the task states."""
    added: list[str] = []
    for kind, _, _, start, end in SequenceMatcher(None, first, second, False).get_opcodes():
        if kind in ("replace", "delete"):
            return False
        if kind == "insert":
            added += second[start:end]
    return _are_stated(added, product)


def is_stated_line(line: str, product: Product) -> bool:
    """Whether a new line of data holds what the task states, and nothing else that counts."""
    return _are_stated(TOKEN.findall(line), product)


def has_stated_words(old: str, new: str, product: Product) -> bool:
    """Whether two lines of data differ only in words and blanks, and the task wants each of the new words."""
    first, second = TOKEN.findall(old), TOKEN.findall(new)
    if len(first) != len(second):
        return False
    pairs = [(was, now) for was, now in zip(first, second, strict=True) if was != now]
    return bool(pairs) and all(
        _NAME.match(was) and _NAME.match(now) and product.is_asked_to_change(now)
        for was, now in pairs
    )


def _are_stated(tokens: list[str], product: Product) -> bool:
    words = [word for token in tokens for word in re.findall(r"[^\W\d_]{2,}", token)]
    others = [token for token in tokens if re.fullmatch(r"\d+(\.\d+)?", token)]
    stated = bool(words) and all(mentions(product.task, word) for word in words)
    return stated and all(other == "0" or mentions(product.task, other) for other in others)


def _is_stated(was: str, now: str, task: str) -> bool:
    """Whether the task has what the new value has and the old one had not."""
    bare = now.strip("\"'`")
    if len(bare) > 1 and mentions(task, bare):
        return True
    old_words = set(re.findall(r"\w+", was))
    inserted = [
        (start, end)
        for kind, _, _, start, end in SequenceMatcher(None, was, now, False).get_opcodes()
        if kind in ("insert", "replace")
    ]
    return bool(inserted) and all(
        _is_stated_piece(now, start, end, old_words, task) for start, end in inserted
    )


def _is_stated_piece(now: str, start: int, end: int, old_words: set[str], task: str) -> bool:
    """Whether the task states what is new between two places of a value: its words, or its signs by their names."""
    words = [
        match[0]
        for match in re.finditer(r"\w+", now)
        if match.start() < end and match.end() > start
    ]
    new_words = [word for word in words if word not in old_words]
    if re.search(r"\w", now[start:end]):
        return all(mentions(task, word) for word in new_words)
    return all(
        sign in task or _names_sign(task, sign) for sign in set(now[start:end]) - {" "}
    ) and (" " not in now[start:end] or _names_sign(task, " "))


def _names_sign(task: str, sign: str) -> bool:
    words = _SIGNS.get(sign, "")
    return bool(words) and re.search(rf"\b({words})s?\b", task, re.I) is not None


# What a person calls a sign.
_SIGNS = {
    " ": "blank|space",
    ",": "comma",
    ".": "dot|period|full stop",
    "-": "dash|hyphen",
    "_": "underscore",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "%": "percent",
    "$": "dollar",
}


def is_about_asked(old: list[str], new: list[str], block: list[str], product: Product) -> bool:
    """Whether lines are about what the task wants otherwise: by their own names, else by those of their block."""
    known = product.functions
    kept = set(old) & set(new)
    told = [list_code_names([line]) & known for line in (*old, *new) if line not in kept]
    own = [names for names in told if names]
    if own:
        return all(not names.isdisjoint(product.asked) for names in own)
    return not (list_code_names(block) & known).isdisjoint(product.asked)


def keeps_values(old: list[str], new: list[str]) -> bool:
    """Whether every value of the old lines still stands in the new ones."""
    was = Counter(literals_of(TOKEN.findall("".join(old))))
    now = Counter(literals_of(TOKEN.findall("".join(new))))
    return not was - now


def literals_of(tokens: Iterable[str]) -> list[str]:
    """The values among tokens, sorted."""
    return sorted(token for token in tokens if _LITERAL.match(token))


def _count_names(tokens: list[str]) -> Counter[str]:
    return Counter(token for token in tokens if _NAME.match(token) and token not in _GLUE)


def _member_after(tokens: list[str], index: int) -> str:
    rest = tokens[index + 1 : index + 4]
    members = [token for token in rest if _NAME.match(token)]
    return members[0] if members and rest[0] in (".", ":") else ""


def _without_arguments(tokens: list[str], name: str) -> list[str]:
    """Tokens without what stands in the brackets after ``name``."""
    kept: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        if depth:
            depth += (token in "([{") - (token in ")]}")
            continue
        kept.append(token)
        if token == "(" and index and tokens[index - 1] == name:
            depth = 1
    return kept

"""How much lines of tests assert: whether others may stand for them, whatever these expect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import filterfalse

from tierwise.gates.following.hunks import (
    Hunk,
    loses_values,
)
from tierwise.gates.following.product import Product
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.titles import mask_names
from tierwise.gates.reading.tokens import (
    list_code_names,
    literals_of,
    split_tokens,
)

_ASSERTION = re.compile(
    r"\b(assert|expect|check|verify|should|raises|throws|equal|fail|is|ok|like|cmp_ok|is_deeply)\w*|[!=]=",
    re.I,
)
# What compares a whole with all that is expected of it.
_LISTS = re.compile(
    r"deepEqual|deepStrictEqual|assertEquals?\b|assert(?:List|Dict|Tuple|Count)Equal|assert_eq\b|assert_eq!"
    r"|toEqual|toStrictEqual|is_deeply|\bassert\b.*==\s*[\[({]"
)
# What compares anything so.
_WHOLE = re.compile(
    r"(?<![=!<>])={2,3}(?!=)|\bassert\w*Equals?\b|\bassert_eq|\bassert_equal|\b(?:deep|strict|deepStrict)?[eE]qual\w*"
    r"|\b(?:toBe|toEqual|toStrictEqual|toHaveLength|eql?|is(?! not)|is_deeply)\b|_(?:TEXT|EQ|EQUAL|STR\w*|INT)\b"
)
# What lets more than one value through.
_TOLERATES = re.compile(
    r" [<>]=? |\babs\b|approx|close|almost|toleran|within",
    re.I,
)
# What may not come in with lines that are only about a function: stand-ins, ways out, definitions of its own.
_UNSAFE = re.compile(
    r"\b(skip\w*|todo|only|xfail\w*|ignore|disabled|mock\w*|patch\w*|monkeypatch|setattr|stub\w*|spy\w*|prototype"
    r"|lambda|except|catch|rescue|suppress|exit|expectedFailure|should_panic)\b|\|\||=>\s*true\b|#if\b",
    re.I,
)
_SETS = re.compile(r"\s*[$@%]?([A-Za-z_]\w*)\s*=(?![=>~])")
# What gives a name to something that is no expectation.
_GIVES = re.compile(
    r"\s*(?:(?:const|let|var|my|final|int|auto|String|mut)\s+)*[$@%]?(?!\w*(?:expect|want|gold))[A-Za-z_]\w*\s*=(?![=>~])",
    re.I,
)
_DEFINES = re.compile(
    r"\s*(?:(?:async|pub|static)\s+)*(?:def|fn|sub|func|function|class|test|it|void|int)\b"
)
_WRITES = re.compile(
    r"\bwrite(?:File\w*|_text|_bytes|_file)?\(|\bfs::write|\b(?:spew|spurt)\w*|\bdump\(|\bprint\s*\{?\$\w+\}?\s"
)
_COMMENT = re.compile(r"^\s*(?:#|//|/?\*|--)")
_OWN = r"(?<![=!<>.\w]){name}\s*=(?![=>])|\b(?:def|function|fn|sub|class)\s+{name}\b|\b{name}\s*\(\)\s*\{{"


def asserts(line: str) -> bool:
    """Tell whether a line asserts something."""
    return _ASSERTION.search(line) is not None


def keep_from_failing(lines: Iterable[str]) -> bool:
    """Tell whether lines hold what may keep a test from failing; names of tests and remarks do not."""
    code = map(mask_names, _without_comments(lines))
    return _UNSAFE.search("\n".join(code)) is not None


def lists_expected(line: str) -> bool:
    """Tell whether a line compares something with a list, or a record, of all that is expected."""
    return _LISTS.search(line) is not None


def narrows(hunk: Hunk) -> bool:
    """Tell whether lines hold fewer values, and ask for these by what the old lines did not name."""
    came = list_code_names(hunk.now) - list_code_names(hunk.was)
    return bool(came) and loses_values(hunk.was, hunk.now)


def sets_again(hunk: Hunk) -> bool:
    """Tell whether lines that come into a test give another value to something that it has already."""
    if any(map(_DEFINES.match, hunk.now)):
        return False
    known = list_code_names(hunk.block)
    found = map(_SETS.match, hunk.now)
    return any(match is not None and match[1] in known for match in found)


def moves_input(hunk: Hunk, task: str) -> bool:
    """Tell whether a test is given something else, and loses a value of which the task does not speak."""
    given = filter(_GIVES.match, filterfalse(asserts, hunk.was))
    lost = _list_words(given) - _list_words(hunk.now)
    return not all(mentions(task, word) for word in lost)


def _list_words(lines: Iterable[str]) -> set[str]:
    """List the words and numbers in the values of lines."""
    return set(re.findall(r"\w+", " ".join(literals_of(split_tokens(lines)))))


def _records_answers(
    lines: list[str],
    product: Product,
) -> bool:
    """Tell whether lines write down what code says that is to change: a test that agrees with anything."""
    writing = filter(_WRITES.search, lines)
    return not product.asked.isdisjoint(list_code_names(writing))


def is_safe(hunk: Hunk, product: Product) -> bool:
    """Tell whether assertions go only of what is lost as asked, and nothing new keeps tests from failing."""
    if keep_from_failing(hunk.now) and not keep_from_failing(hunk.was):
        return False
    if defines_any("".join(hunk.now), product.functions):
        return False
    if _records_answers(hunk.now, product) and not _records_answers(hunk.was, product):
        return False
    kept = [line for line in hunk.was if not product.names_lost(line)]
    if count_assertions(hunk.now) < count_assertions(kept):
        return False
    return _are_as_exact(kept, hunk.now)


def defines_any(text: str, functions: Iterable[str]) -> bool:
    """Tell whether lines give another meaning to one of some functions."""
    named = (name for name in functions if name in text)
    return any(re.search(_OWN.format(name=re.escape(name)), text) for name in named)


def compares_wholes(lines: list[str]) -> bool:
    """Tell whether lines compare anything with all that is expected of it."""
    return any(map(_WHOLE.search, filter(asserts, _without_comments(lines))))


def is_more_exact(old: list[str], new: list[str]) -> bool:
    """Tell whether more is compared as a whole than before, and less tolerated."""
    if _count(_WHOLE, new) <= _count(_WHOLE, old):
        return False
    tolerated = _count(_TOLERATES, filter(asserts, old))
    return _count(_TOLERATES, filter(asserts, new)) < tolerated


def _are_as_exact(old: list[str], new: list[str]) -> bool:
    """Tell whether as much is compared whole, no more tolerated, and no value lost where none is so."""
    was = _count(_WHOLE, old)
    now = _count(_WHOLE, new)
    if now < was:
        return False
    if now == was and _count(_TOLERATES, filter(asserts, new)) > _count(_TOLERATES, old):
        return False
    if now or not count_assertions(old):
        return True
    return not loses_values(old, new)


def _count(signs: re.Pattern[str], lines: Iterable[str]) -> int:
    """Count the signs or words of a kind in lines of code."""
    return len(signs.findall("".join(_without_comments(lines))))


def count_assertions(lines: list[str]) -> int:
    """Count the lines that assert; those that are commented out do not."""
    return len(list(filter(asserts, _without_comments(lines))))


def _without_comments(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not _COMMENT.match(line)]

"""Rules that a task states in words, by which every expectation that changes becomes another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.explaining import TOKEN, literals_of, names_sign

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_PIECE = re.compile(r"\w+|[^\w\s]")
_ROUNDS = re.compile(r"\b(?:round|digit|decimal|precision|place)\w*", re.I)
_ORDERS = re.compile(r"\b(?:sort|order|revers|newest|oldest|ascending|descending)\w*", re.I)
_UPPER = re.compile(r"\b(?:upper|capital)\w*", re.I)
_LOWER = re.compile(r"\b(?:lower|small letter)\w*", re.I)
_QUOTED = r"[`'\"“]\s*{}\s*[`'\"”]"
# How many of a unit are one of another, where a task names it.
_UNITS = {"cents?": 100, "percent": 100, "minutes?": 60, "hours?": 3600, "milliseconds?|ms": 1000}
_TOLERANCE = 1e-9
_SEVERAL = 2  # numbers that one computation explains are no accident

# What stood in a place of a test, and what stands there now.
_Lines = tuple[list[str], list[str]]
_Values = list[tuple[str, str]]


def follows_stated_rule(places: list[_Lines], task: str) -> bool:
    """Whether one rule that the task states makes all new lines of the old ones."""
    if not places:
        return False
    tokens = [(_split_tokens(was), _split_tokens(now)) for was, now in places]
    if _ORDERS.search(task) and all(sorted(was) == sorted(now) for was, now in tokens):
        return True
    values = []
    for was, now in tokens:
        replaced = _pair_values(was, now)
        if replaced is None:
            return False
        values += replaced
    return bool(values) and _StatedRules(task, values).explain_all()


def _split_tokens(lines: list[str]) -> list[str]:
    return TOKEN.findall("".join(lines))


def _pair_values(was: list[str], now: list[str]) -> _Values | None:
    """The values that differ, one for one; None where anything else differs."""
    if len(was) != len(now):
        return None
    pairs = [(old, new) for old, new in zip(was, now, strict=True) if old != new]
    for pair in pairs:
        if len(literals_of(pair)) != len(pair):
            return None
    return pairs


@dataclass(frozen=True)
class _StatedRules:
    """A task, and the values that tests expected and expect now."""

    task: str
    values: _Values

    def explain_all(self) -> bool:
        """Whether one rule of the task makes all new values of the old ones."""
        if all(self._is_stated_edit(old, new) for old, new in self.values):
            return True
        if _ROUNDS.search(self.task) and all(_is_rounded(old, new) for old, new in self.values):
            return True
        return self._are_recased() or self._are_computed()

    def _is_stated_edit(self, old: str, new: str) -> bool:
        """Whether the task names all that goes from a value and all that comes; words of everyday in quotes."""
        pieces = list(_list_edited(old, new))
        is_distinct = any(not piece.isalpha() or self._quotes(piece) for piece in pieces)
        return is_distinct and all(map(self._names, pieces))

    def _names(self, piece: str) -> bool:
        if piece[0].isalnum():
            return mentions(self.task, piece)
        return names_sign(self.task, piece)

    def _quotes(self, word: str) -> bool:
        quoted = _QUOTED.format(re.escape(word))
        return re.search(quoted, self.task, re.I) is not None

    def _are_recased(self) -> bool:
        """Whether only the case of letters differs, as the task wants it."""
        if _UPPER.search(self.task):
            ways = (str.upper, str.capitalize, str.title)
        elif _LOWER.search(self.task):
            ways = (str.lower, str.lower, str.lower)
        else:
            return False
        return any(all(way(old) == new for old, new in self.values) for way in ways)

    def _are_computed(self) -> bool:
        """Whether one number of the task makes all new numbers of the old ones."""
        if len(self.values) < _SEVERAL:
            return False
        if not all(_NUMBER.fullmatch(value) for pair in self.values for value in pair):
            return False
        numbers = [(float(old), float(new)) for old, new in self.values]
        return any(_is_computed(numbers, by) for by in self._list_numbers())

    def _list_numbers(self) -> Iterator[float]:
        """The numbers that a task states, and those of its units."""
        stated = set(map(float, _NUMBER.findall(self.task)))
        yield from stated - {0.0}
        for unit, times in _UNITS.items():
            if re.search(rf"\b(?:{unit})\b", self.task, re.I):
                yield times


def _list_edited(old: str, new: str) -> Iterator[str]:
    """The words and signs that go from a value, and those that come."""
    was, now = _PIECE.findall(old), _PIECE.findall(new)
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for kind, start, end, other, last in matcher.get_opcodes():
        if kind != "equal":
            yield from was[start:end]
            yield from now[other:last]


def _is_rounded(old: str, new: str) -> bool:
    """Whether the numbers in a value have other digits behind the point, and are as near as these allow."""
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return False
    was, now = _NUMBER.findall(old), _NUMBER.findall(new)
    return all(map(_is_near, was, now))


def _is_near(old: str, new: str) -> bool:
    decimals = len(new.partition(".")[2])
    step = 10.0**-decimals
    return abs(float(old) - float(new)) <= step / 2 + _TOLERANCE


def _is_computed(numbers: list[tuple[float, float]], by: float) -> bool:
    """Whether the same computation with one number makes each second number of the first."""
    ways = (
        [(old * by, new) for old, new in numbers],
        [(old / by, new) for old, new in numbers],
        [(old + by, new) for old, new in numbers],
        [(old - by, new) for old, new in numbers],
    )
    return any(all(abs(made - new) < _TOLERANCE for made, new in way) for way in ways)

"""Recorded data that are other, line by line: in the order that the task wants, or with more that follows from the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import permutations, takewhile
from statistics import fmean
from typing import Any

from tierwise.gates.following.lines import split_lines
from tierwise.gates.following.rules import ORDERS
from tierwise.gates.reading.naming import mentions

_NUMBER = re.compile(r"(?<![\w.])-?\d{1,15}(?:\.\d{1,15})?(?![\w.])")
_PART = re.compile(r"\w+")
_CHOOSES = re.compile(
    r"\b(?:max\w*|min(?!ut)\w*|highest|lowest|largest|smallest|longest|shortest|best|worst|first|last)\b",
    re.I,
)
_AVERAGES = re.compile(r"\b(?:mean|averag\w*)\b", re.I)
_FALLS = re.compile(
    r"\b(?:descending|newest|latest|biggest|largest|highest|longest|most|revers\w*)\b",
    re.I,
)
_RISES = re.compile(
    r"\b(?:ascending|oldest|earliest|smallest|lowest|shortest|least)\b",
    re.I,
)
_SIZE = re.compile(
    r"\b(?:sign|absolute|magnitude)\b",
    re.I,
)
_ROUNDS = re.compile(r"\bround\w*|\bhal(?:f|ves)\b", re.I)
_AWAY = re.compile(
    r"\baway from (?:zero|0)\b",
    re.I,
)
_TOWARDS = re.compile(
    r"\btowards? (?:zero|0)\b|\btruncat\w*",
    re.I,
)
_TELLING = 10  # a smaller whole number may stand anywhere
_TOLERANCE = 1e-9
_MOST_LINES = 2000
_MOST_BYTES = 200_000
_MOST_NUMBERS = 60  # of a line, two of which may make a third
_BETWEEN = re.compile(r"\s{2,}|[\t,;|]")


@dataclass(frozen=True)
class DerivedData:
    """Data of tests before and after a change.  ``given``: what the tests hold besides."""

    old: bytes
    new: bytes
    task: str
    given: str

    @cached_property
    def before(self) -> list[str]:
        """The old lines, without blank ones."""
        return list(filter(str.strip, split_lines(self.old)))

    @cached_property
    def after(self) -> list[str]:
        """The new lines, without blank ones."""
        return list(filter(str.strip, split_lines(self.new)))

    def follow(self) -> bool:
        """Tell whether all that is new follows from the task and from what data and tests held before."""
        if max(len(self.old), len(self.new)) > _MOST_BYTES:
            return False
        if not self.before or len(self.after) > _MOST_LINES:
            return False
        return self._are_ordered() or self._are_extended()

    def _are_ordered(self) -> bool:
        """Tell whether the same lines are ordered by one of their columns, as the task wants them sorted."""
        if not ORDERS.search(self.task) or sorted(self.before) != sorted(self.after):
            return False
        pairs = zip(self.before, self.after, strict=True)
        moved = [index for index, (old, new) in enumerate(pairs) if old != new]
        if not moved:
            return False
        first, last = moved[0], moved[-1] + 1
        is_alike = partial(_are_alike, self.after[first])
        above = takewhile(is_alike, reversed(self.after[:first]))
        below = takewhile(is_alike, self.after[last:])
        lines = [*above][::-1] + self.after[first:last] + [*below]
        return any(map(self._is_sorted, _list_columns(lines)))

    def _is_sorted(self, column: tuple[Any, ...]) -> bool:
        """Tell whether words, or numbers, stand in the order that the task names."""
        values = list(column)
        if _SIZE.search(self.task) and not isinstance(values[0], str):
            values = list(map(abs, values))
        rises = values == sorted(values)
        falls = values == sorted(values, reverse=True)
        if rises and falls:
            return False
        if _FALLS.search(self.task):
            return falls
        return rises or (falls and not _RISES.search(self.task))

    def _are_extended(self) -> bool:
        """Tell whether every old line still stands, and what comes besides is stated, given or computed."""
        left = list(self.before)
        above: list[str] = []  # the lines since the last new one
        for line in self.after:
            if left and self._holds(left[0], line):
                left.pop(0)
                above.append(line)
            elif self._is_derived(line.split(), partial(self._is_computed, above), above):
                above = []
            else:
                return False
        return not left

    def _holds(self, old: str, new: str) -> bool:
        """Tell whether a new line has all of an old one, in its order, and besides only what follows."""
        words = iter(new.split())
        more = []
        for was in old.split():
            for now in words:
                if was == now or self._is_rounded(was, now):
                    break
                more.append(now)
            else:
                return False
        more += words
        return self._is_derived(more, partial(self._is_made_of, old), [old])

    def _is_rounded(self, was: str, now: str) -> bool:
        """Tell whether a number is one more or less at its last digit, as the task wants it rounded."""
        if not _ROUNDS.search(self.task) or not all(map(_NUMBER.fullmatch, (was, now))):
            return False
        decimals = len(was.partition(".")[2])
        if not decimals or len(now.partition(".")[2]) != decimals:
            return False
        grows = abs(float(now)) > abs(float(was))
        contrary = _TOWARDS if grows else _AWAY
        if contrary.search(self.task):
            return False
        return abs(abs(float(now) - float(was)) - 10.0**-decimals) < _TOLERANCE

    def _is_derived(
        self,
        words: list[str],
        is_computed: Callable[[str], bool],
        lines: list[str],
    ) -> bool:
        """Tell whether new words are stated, or stand in some lines, and numbers are stated or computed."""
        return all(
            mentions(self.task, word)
            or (is_computed(word) if _NUMBER.fullmatch(word) else self._is_known(word, lines))
            for word in words
        )

    def _is_known(self, word: str, lines: list[str]) -> bool:
        """Tell whether some lines have a word, if only as a part, or all its parts are stated or given."""
        if any(word in line for line in lines):
            return True
        parts = _PART.findall(word)
        return all(mentions(self.task, part) or part in self._parts for part in parts)

    def _is_computed(self, lines: list[str], number: str) -> bool:
        """Tell whether a number is how many lines there are, or made of a column as the task names it."""
        rows = list(map(_list_numbers, lines))
        results = [float(len(rows))]
        for index in range(1, max(map(len, rows), default=0) + 1):
            column = [row[-index] for row in rows if len(row) >= index]
            results.append(sum(column))
            if _CHOOSES.search(self.task):
                results += (max(column), min(column))
            if _AVERAGES.search(self.task):
                results.append(fmean(column))
        return any(map(partial(_is_near, number), results))

    def _is_made_of(self, line: str, number: str) -> bool:
        """Tell whether a number is given elsewhere, or made of two numbers of a line."""
        is_same = partial(_is_near, number)
        if any(map(is_same, self._numbers)):
            return "." in number or abs(int(number)) >= _TELLING
        return any(map(is_same, _list_results(_list_numbers(line)[:_MOST_NUMBERS])))

    @cached_property
    def _parts(self) -> frozenset[str]:
        """All that stands in the old data and in the tests."""
        return frozenset(_PART.findall(f"{''.join(self.before)}\n{self.given}"))

    @cached_property
    def _numbers(self) -> frozenset[float]:
        return frozenset(_list_numbers(self.given))


def _list_numbers(line: str) -> list[float]:
    return list(map(float, _NUMBER.findall(line)))


def _are_alike(one: str, other: str) -> bool:
    """Tell whether two lines are indented alike and have as many columns."""
    return _measure(one) == _measure(other)


def _measure(line: str) -> tuple[int, int, int]:
    indent = len(line) - len(line.lstrip())
    return indent, len(_BETWEEN.split(line.strip())), len(_list_numbers(line))


def _list_columns(lines: list[str]) -> Iterator[tuple[float | str, ...]]:
    """Yield the numbers of some lines, from their ends, and what else stands below each other."""
    numbers = (reversed(_list_numbers(line)) for line in lines)
    yield from zip(*numbers, strict=False)
    texts = (_BETWEEN.split(line.strip().lower()) for line in lines)
    yield from zip(*texts, strict=False)


def _is_near(number: str, result: float) -> bool:
    """Tell whether a number is a result, as far as its digits say."""
    decimals = len(number.partition(".")[2])
    step = 10.0**-decimals / 2 if decimals else 0.0
    return abs(float(number) - result) <= step + _TOLERANCE


def _list_results(numbers: list[float]) -> Iterator[float]:
    """Yield the sums, the differences, the products and the quotients of two numbers each."""
    for one, other in permutations(numbers, 2):
        yield from (one + other, one - other, one * other)
        if other:
            yield one / other

"""Rules that a task states in words, by which every expectation that changes becomes another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap

from tierwise.gates.following.stating import calls_sign
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.tokens import (
    bare_value,
    literals_of,
    pair_replaced,
    split_tokens,
)

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_WORD = re.compile(r"[\w-]+")
_PIECE = re.compile(r"\w+|[^\w\s]")
# A number of its own: not the 1 of "v1" or of "#1".
_STATED_NUMBER = re.compile(r"(?<![\w.#-])-?\d+(?:\.\d+)?(?![\w-])")
_WORD_OR_LITERAL = re.compile(r"-?\w|['\"`]")
_ROUNDS = re.compile(
    r"\b(?:round|digit|decimal|precision)\w*",
    re.I,
)
_ROUNDS_ONE_WAY = re.compile(
    r"\bround(?:ed|ing)?\s+(?:\w+\s+){0,2}(up|down)\b",
    re.I,
)
ORDERS = re.compile(
    r"\b(?:sort|revers|newest|oldest|ascending|descending)\w*"
    r"|\border(?:ed|ing)?\s+by\b|\bin\b[^.]*\border\b",
    re.I,
)
_CHOOSES = re.compile(
    r"\b(?:first|last|latest|newest|earliest|oldest|highest|lowest|largest|smallest|longest|shortest|maxim\w+|minim\w+)\b",
    re.I,
)
_UPPER = re.compile(
    r"\bupper|\bcapital(?:s|i[sz]\w*|\s+letters?)\b",
    re.I,
)
_LOWER = re.compile(
    r"\blower[- ]?case|\bsmall\s+letters?\b",
    re.I,
)
_BEFORE_VALUE = frozenset("([{,:=")
_QUOTED = r"[`'\"“]\s*{}\s*[`'\"”]"
# How many of a unit are one of another, where a task names it.
_UNITS = {
    "cents?": 100,
    "percent": 100,
    "minutes?": 60,
    "hours?": 3600,
    "milliseconds?|ms": 1000,
}
_TOLERANCE = 1e-9
_MOST_COMPARED = (
    250_000  # pairs of words and signs: a longer value is no expectation that a task states
)
_SEVERAL = 2  # numbers that one computation explains are no accident

# What stood in a place of a test, and what stands there now.
_Lines = tuple[list[str], list[str]]
_Values = list[tuple[str, str]]


def follows_stated_rule(
    places: list[_Lines],
    task: str,
    given: str = "",
) -> bool:
    """Tell whether one rule that the task states makes all new lines of the old ones.

    ``given``: the blocks around them, among whose values a rule may choose.
    """
    if not places:
        return False
    tokens = [(split_tokens(was), split_tokens(now)) for was, now in places]
    if ORDERS.search(task) and all(map(_is_reordered, tokens)):
        return True
    values = []
    for was, now in tokens:
        replaced = pair_replaced(was, now)
        if replaced is None or not all(map(_are_values, replaced)):
            return False
        values += replaced
    if not values:
        return False
    return _StatedRules(task, values, given).explain_all()


def rounds_the_other_way(
    was: Sequence[str],
    now: Sequence[str],
    task: str,
) -> bool:
    """Tell whether a number alone in its line was rounded down though the task rounds up, or the reverse."""
    ways = set(map(str.lower, _ROUNDS_ONE_WAY.findall(task)))
    if len(ways) != 1:
        return False
    for difference in list_differences(was, now):
        if len(difference.was) != len(difference.now):
            continue
        directions = set(map(_find_direction, difference.was, difference.now))
        if directions - ways - {""}:
            return True
    return False


def _find_direction(old: str, new: str) -> str:
    """Find the way in which the only other number of a line was rounded; none, where more differs."""
    if _mask_numbers(old) != _mask_numbers(new):
        return ""
    pairs = zip(
        _NUMBER.findall(old),
        _NUMBER.findall(new),
        strict=True,
    )
    moved = [pair for pair in pairs if pair[0] != pair[1]]
    if len(moved) != 1:
        return ""
    was, now = moved[0]
    distance = float(now) - float(was)
    # As far as the zeros at its end say, the new number may stand for the old one.
    digits = now.rstrip("0").rstrip(".")
    zeros = len(now.replace(".", "")) - len(digits.replace(".", ""))
    step = 10.0 ** (zeros - len(now.partition(".")[2]))
    if abs(distance) >= step:
        return ""
    return "up" if distance > 0 else "down"


def _mask_numbers(line: str) -> str:
    """Put a mark in place of each number of a line, whatever the blanks between."""
    return " ".join(_NUMBER.sub("#", line).split())


def _is_reordered(place: _Lines) -> bool:
    """Tell whether words and literals have changed places with each other, and nothing else has."""
    was, now = map(_join_signs, place)
    is_alike = list(map(_shape_of, was)) == list(map(_shape_of, now))
    return is_alike and sorted(was) == sorted(now)


def _join_signs(tokens: list[str]) -> list[str]:
    """Join each sign of a number with its number."""
    joined: list[str] = []
    for token in tokens:
        if token[0].isdigit() and joined[-1:] == ["-"] and _BEFORE_VALUE.issuperset(joined[-2:-1]):
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _shape_of(token: str) -> str:
    if _WORD_OR_LITERAL.match(token):
        return "word"
    return token


def _are_values(pair: tuple[str, str]) -> bool:
    return len(literals_of(pair)) == len(pair)


@dataclass(frozen=True)
class _StatedRules:
    """A task, the values that tests expected and expect now, and what the tests give."""

    task: str
    values: _Values
    given: str

    def explain_all(self) -> bool:
        """Tell whether one rule of the task makes all new values of the old ones."""
        if all(starmap(self._is_stated_edit, self.values)):
            return True
        if _ROUNDS.search(self.task) and all(starmap(_is_rounded, self.values)):
            return True
        return self._are_recased() or self._are_chosen() or self._are_computed()

    def _is_stated_edit(
        self,
        old: str,
        new: str,
    ) -> bool:
        """Tell whether the task names all that goes from a value and all that comes, plain words quoted."""
        pieces = list(_list_edited(old, new))
        if not any(map(self._is_distinct, pieces)):
            return False
        return all(map(self._names, pieces))

    def _is_distinct(self, piece: str) -> bool:
        """Tell whether a piece is a sign, a number or a word in quotes."""
        return not piece.isalpha() or self._quotes(piece)

    def _names(self, piece: str) -> bool:
        if piece[0].isalnum():
            return mentions(self.task, piece)
        return self._quotes(piece) or calls_sign(self.task, piece) or self._has_alone(piece)

    def _has_alone(self, sign: str) -> bool:
        """Tell whether the task has a sign between blanks, and no dash of its prose."""
        return sign != "-" and sign in self.task.split()

    def _quotes(self, word: str) -> bool:
        quoted = _QUOTED.format(re.escape(word))
        return re.search(quoted, self.task, re.I) is not None

    def _are_chosen(self) -> bool:
        """Tell whether the task says which one of several counts, and each value is another given one."""
        if not _CHOOSES.search(self.task):
            return False
        given = Counter(_WORD.findall(self.given))
        for old, new in self.values:
            was, now = bare_value(old), bare_value(new)
            if given[was] < _SEVERAL or not given[now]:
                return False
        return True

    def _are_recased(self) -> bool:
        """Tell whether only the case of letters differs, as the task wants it."""
        was = [old for old, _ in self.values]
        now = [new for _, new in self.values]
        ways = []
        if _UPPER.search(self.task):
            ways += [str.upper, str.capitalize, str.title]
        if _LOWER.search(self.task):
            ways.append(str.lower)
        return any(list(map(way, was)) == now for way in ways)

    def _are_computed(self) -> bool:
        """Tell whether one number of the task makes all new numbers of the old ones."""
        if len(self.values) < _SEVERAL:
            return False
        was = [old for old, _ in self.values]
        now = [new for _, new in self.values]
        if not all(map(_NUMBER.fullmatch, was + now)):
            return False
        old_numbers = list(map(float, was))
        new_numbers = list(map(float, now))
        numbers = self._list_numbers()
        return any(_are_made_by(by, old_numbers, new_numbers) for by in numbers)

    def _list_numbers(self) -> Iterator[float]:
        """Yield the numbers that a task states, and those of its units."""
        found = _STATED_NUMBER.findall(self.task)
        yield from set(map(float, found)) - {0.0}
        for unit, times in _UNITS.items():
            if re.search(rf"\b(?:{unit})\b", self.task, re.I):
                yield times


def _list_edited(old: str, new: str) -> Iterator[str]:
    """Yield the words and signs that go from a value, and those that come; none of one that is too long."""
    was = _PIECE.findall(old)
    now = _PIECE.findall(new)
    if len(was) * len(now) > _MOST_COMPARED:
        return
    for difference in list_differences(was, now):
        yield from difference.was
        yield from difference.now


def _is_rounded(old: str, new: str) -> bool:
    """Tell whether numbers in a value have other digits behind the point, and are as near as these allow."""
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return False
    was = _NUMBER.findall(old)
    now = _NUMBER.findall(new)
    return all(map(_is_near, was, now))


def _is_near(old: str, new: str) -> bool:
    decimals = len(new.partition(".")[2])
    step = 10.0**-decimals
    distance = abs(float(old) - float(new))
    return distance <= step / 2 + _TOLERANCE


def _are_made_by(
    by: float,
    was: list[float],
    now: list[float],
) -> bool:
    """Tell whether the same computation with one number makes the new numbers of the old ones."""
    ways = (
        [number * by for number in was],
        [number / by for number in was],
        [number + by for number in was],
        [number - by for number in was],
    )
    return any(all(map(_are_equal, made, now)) for made in ways)


def _are_equal(one: float, other: float) -> bool:
    return abs(one - other) < _TOLERANCE

"""Numbers that a task states: in digits or words, with a unit, or as a class such as 5xx."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

_DIGITS = re.compile(
    r"(?<![\w.#-])(\d+(?:[_' ]\d{3})*(?:\.\d+)?)(?:ms|min|s|h|d|kb|mb|gb|k|px|th|rd)?(?![\w-]|\.\d)",
    re.I,
)
_CLASS = re.compile(r"(?<!\w)(\d)xx(?!\w)", re.I)
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
)
# Not "first" and "second", which people say of much else.
_ORDINALS = (
    *("third", "fourth", "fifth", "sixth", "seventh"),
    *("eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_ROUND = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
}
_WRITTEN = {
    **{word: number for number, word in enumerate(_WORDS)},
    **{word: number for number, word in enumerate(_ORDINALS, 3)},
    **_ROUND,
}
# Seconds of the units in which people say how long something takes, and their shares of one.
_UNITS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
}
_SHARES = {
    "a": 1.0,
    "an": 1.0,
    "half a": 0.5,
    "half an": 0.5,
    "a quarter of an": 0.25,
}
_TIME = re.compile(
    rf"\b(\d+|(?:a quarter of |half )?an?|[a-z]+) ({'|'.join(_UNITS)})s?\b",
    re.I,
)
_CLOCKS = (
    0.001,
    1,
    60,
    3600,
)  # seconds of what code may count in
_AND_A_HALF = re.compile(r"\b([a-z]+|\d+) and a half\b", re.I)
_PERCENT = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?) ?(?:%|per ?cent\b)",
    re.I,
)
_LETTERS = re.compile(r"[A-Za-z]+")
_HUNDRED = 100
# What a value is written in where a task speaks of the whole: cents, thousandths.
_PARTS = (1, _HUNDRED, 1000)


@cache
def list_numbers(task: str) -> frozenset[float]:
    """List the numbers that a task states."""
    digits = [re.sub(r"[_' ]", "", found) for found in _DIGITS.findall(task)]
    numbers = set(map(float, digits))
    for digit in _CLASS.findall(task):
        numbers.add(float(digit) * _HUNDRED)
    words = map(str.lower, _LETTERS.findall(task))
    numbers.update(float(_WRITTEN[word]) for word in words if word in _WRITTEN)
    numbers.update(_list_times(task))
    numbers.update(float(found) / _HUNDRED for found in _PERCENT.findall(task))
    halves = map(_read_count, _AND_A_HALF.findall(task.lower()))
    numbers.update(count + 0.5 for count in halves if count)
    return frozenset(numbers)


def _list_times(task: str) -> Iterator[float]:
    """Yield how long something takes, as a task says it, in each unit in which code may count."""
    for said, unit in _TIME.findall(task.lower()):
        # "1 second, then 2": the unit is said once; "3 times, a second apart" are no 3 seconds.
        is_counted = said not in _SHARES and _read_count(said)
        others = _DIGITS.findall(task) if is_counted else []
        for count in (said, *others):
            seconds = _read_count(count) * _UNITS[unit]
            times = (round(seconds / clock, 3) for clock in _CLOCKS)
            # "Per day" says no number, and a second is no hour at all: neither states a 0.
            yield from filter(None, times)


def _read_count(said: str) -> float:
    """Read how many units a task says; none, where it says no number."""
    if said.isdecimal():
        return float(said)
    return _SHARES.get(said, _WRITTEN.get(said, 0))


def states_number(task: str, value: str) -> bool:
    """Tell whether a task states a written number, in whatever way and unit."""
    return re.fullmatch(r"\d+(?:\.\d+)?", value) is not None and float(value) in list_numbers(task)


def is_among(value: str, numbers: Iterable[float]) -> bool:
    """Tell whether a written number is one of some, or a hundredth or thousandth of one is its unit."""
    try:
        number = float(value.replace("_", ""))
    except ValueError:
        return False
    return any(number == stated * parts for stated in numbers for parts in _PARTS)

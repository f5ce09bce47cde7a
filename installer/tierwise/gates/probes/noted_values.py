"""The values that the tests of two runs noted, place by place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.probes.noting import Notes

# A value of a comparison: the assertion's place, how often it had run, which of its values.
Slot = tuple[str, int, int]
SAYS_YES = re.compile(r"['\"]?(?:[Tt]rue|[Ff]alse|1|0|)['\"]?")
_LEAST_YES = 3  # inputs that are told yes anew


def list_differences(
    old: Notes,
    new: Notes,
) -> dict[Slot, str]:
    """List the values of the new code that the old code has not in the same place."""
    found = {}
    for slot, value in _list_slots(new):
        old_value = find_value(old, slot)
        if old_value not in (None, value):
            found[slot] = value
    return found


def _list_slots(notes: Notes) -> Iterator[tuple[Slot, str]]:
    for place, times in notes.items():
        for index, values in enumerate(times):
            for part, value in enumerate(values):
                yield (place, index, part), value


def find_value(notes: Notes, slot: Slot) -> str | None:
    """Find a value of a comparison; None where it was not made."""
    place, index, part = slot
    times = notes.get(place, [])
    if index >= len(times) or part >= len(times[index]):
        return None
    return times[index][part]


def accepts_few(red: dict[Slot, str]) -> bool:
    """Tell whether new code only says yes (or no) to one or two inputs more: what is near may be wrong."""
    answers = set(red.values())
    if len(red) >= _LEAST_YES or len(answers) > 1:
        return False
    return all(SAYS_YES.fullmatch(answer) for answer in answers)

"""The tests' values that the new code has too, changed a little in the tests: does it know anything near them?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tierwise.gates.probes.altered_runs import STANDS_ALONE, AlteredRuns, list_complaints
from tierwise.gates.probes.expectations import MOST_DIGITS
from tierwise.gates.special_cases import adds_something
from tierwise.gates.tests_as_were.deciding import decides

# Values from which on a number is no likely part of the trade itself.
_TELLING_DIGITS = 4


def find_command_by_heart(runs: AlteredRuns, values: Sequence[str]) -> str:
    """The command under which the new code answers exactly ``values`` and nothing near; empty where none does.

    Raises OutOfTimeError.
    """
    near = {value: _shift(value) for value in values}

    def alter(path: str, data: bytes) -> bytes:
        if not decides(path):
            return data
        return _replace_values(data, near)

    for name, command in runs.config.commands.items():
        if not runs.turned_green(name, command):
            continue
        old = runs.run_old(command, alter)
        new = runs.run_new(command, alter)
        if old is None or new is None or old.passed:
            continue
        if list_complaints(old) == list_complaints(new):
            return old.command
    return ""


def is_enough(values: Sequence[str], task: str) -> bool:
    """Whether values, known by heart, speak against a change: words of the trade may be new where the task adds them."""
    numbers = [value for value in values if value.isdigit()]
    if any(len(number) >= _TELLING_DIGITS for number in numbers):
        return True
    return len(values) > 1 and not adds_something(task)


def _replace_values(data: bytes, near: Mapping[str, str]) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    for value, other in near.items():
        found = STANDS_ALONE.format(re.escape(value))
        text = re.sub(found, other.replace("\\", r"\\"), text)
    return text.encode("utf-8", "surrogateescape")


def _shift(value: str) -> str:
    """A value near another: the next number, the same text with a letter more."""
    if re.fullmatch(r"-?\d+", value) and len(value) <= MOST_DIGITS:
        return str(int(value) + 1)
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"{value}1"
    return f"{value}q"

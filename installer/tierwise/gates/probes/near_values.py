"""The tests' values that the new code has too, changed a little in the tests: does it know anything near them?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    Edit,
    alter_tests,
    list_complaints,
    replace_all,
)
from tierwise.gates.probes.assertions import TEXT
from tierwise.gates.probes.expectations import MOST_DIGITS
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.naming import adds_something
from tierwise.gates.runs import Run

# Texts, and keys that are written like names.
_TEXT = re.compile(rf"{TEXT}|(?<![\w.])[A-Za-z_]\w*(?=\s*(?::|=>))")
# Values from which on a number is no likely part of the trade itself.
_TELLING_DIGITS = 4


def find_command_by_heart(
    runs: AlteredRuns,
    values: Sequence[str],
) -> str:
    """Find the command under which new code answers exactly ``values`` and nothing near; empty for none.

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
        new = _run_if_alike(runs, command, alter)
        if new is not None:
            return new.command
    return ""


def find_command_by_words(
    runs: AlteredRuns,
    words: Sequence[str],
) -> str:
    """Find the same for words in the tests' texts: they mean nothing to the tests that passed before.

    Raises OutOfTimeError.
    """
    near = {word: _shift(word) for word in words}

    def alter_text(path: str, text: str) -> str:
        return _TEXT.sub(
            lambda match: replace_all(match[0], near),
            text,
        )

    for name, command in runs.config.commands.items():
        base = runs.run_base(name, command)
        if base is None or base.report.is_empty or not runs.turned_green(name, command):
            continue
        new = _run_if_alike(
            runs,
            command,
            alter_tests(alter_text),
        )
        if new is not None and base.report.passed <= new.report.passed:
            return new.command
    return ""


def _run_if_alike(
    runs: AlteredRuns,
    command: Command,
    alter: Edit,
) -> Run | None:
    """Run new code under altered tests; None if they pass, or complain of other things than of the old."""
    old = runs.run_old(command, alter)
    new = runs.run_new(command, alter)
    if old is None or new is None or old.passed:
        return None
    if list_complaints(old) != list_complaints(new):
        return None
    return new


def is_enough(values: Sequence[str], task: str) -> bool:
    """Tell whether values known by heart speak against a change: terms may be new if the task adds some."""
    numbers = [value for value in values if value.isdigit()]
    if any(len(number) >= _TELLING_DIGITS for number in numbers):
        return True
    return len(values) > 1 and not adds_something(task)


def _replace_values(
    data: bytes,
    near: Mapping[str, str],
) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    return replace_all(text, near).encode(
        "utf-8",
        "surrogateescape",
    )


def _shift(value: str) -> str:
    """Spell a value near another: the next number, or a letter more inside a text, to begin as no other."""
    if re.fullmatch(r"-?\d+", value) and len(value) <= MOST_DIGITS:
        return str(int(value) + 1)
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"{value}1"
    return f"{value[:1]}q{value[1:]}"

"""Tests that all expect something else: what passes then, passes whatever is expected."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from tierwise.gates.model import Command
from tierwise.gates.probes.altered_runs import (
    AlteredRuns,
    alter_tests,
    list_complaints,
)
from tierwise.gates.probes.expectations import (
    ExpectedSite,
    apply_edits,
    list_expectations,
)
from tierwise.gates.reading.blocks import list_body
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.gates.reports import strip_case
from tierwise.gates.runs import Run

# A test's name where it is defined or given as a text.
_DEFINED = r"(?:[\"'`]|\b(?:def|fn|func|function|fun|sub|void)\s+){0}(?=[\"'`(\s])|^{0}(?=\s*\(\))"
_LISTED = 4  # names shown


def find_blind_tests(runs: AlteredRuns) -> str:
    """Say what passes under tests that all expect something else; empty where they fail as they should.

    A test counts only where the code before the change fails it then.  Raises OutOfTimeError.
    """
    for name, command in runs.config.commands.items():
        if not runs.run_delivered(name, command).passed:
            continue
        told = _find_blind_in(runs, name, command)
        if told:
            return told
    return ""


def _find_blind_in(
    runs: AlteredRuns,
    name: str,
    command: Command,
) -> str:
    """Say the same of the tests of one command that passes as delivered."""
    # The tests as delivered: those that pass are known, and the old ones may speak of what the task wants otherwise.
    broken = runs.run_altered(command, runs.change.tree, _BREAK)
    if broken is None:
        return ""
    blind = _list_passing_broken(runs, broken)
    if not blind and not broken.passed:
        return ""
    control = runs.run_old(command, _BREAK)
    if control is None or control.passed:
        return ""
    blind -= control.report.passed
    if blind:
        listed = ", ".join(sorted(blind)[:_LISTED])
        return f"`{broken.command}`: {listed}"
    if broken.passed and _is_effective(runs, name, command, control):
        return f"`{broken.command}`"
    return ""


def break_expectations(path: str, text: str) -> str:
    """Make every expectation in a test's text another."""
    return apply_edits(text, list_expectations(path, text))


_BREAK = alter_tests(break_expectations)


def _list_passing_broken(
    runs: AlteredRuns,
    broken: Run,
) -> set[str]:
    """List tests that pass although what they expect was changed."""
    found: set[str] = set()
    for path, text in runs.read_tests(runs.change.tree):
        sites = list_expectations(path, text)
        found |= find_broken_tests(
            text,
            sites,
            broken.report.passed,
        )
    return found


def _is_effective(
    runs: AlteredRuns,
    name: str,
    command: Command,
    control: Run,
) -> bool:
    """Tell whether other expectations made a difference before the change, or are surely looked at."""
    base = runs.run_base(name, command, needs_output=True)
    if base is None:
        return False
    if base.passed or list_complaints(base) != list_complaints(control):
        return True
    for path, text in runs.read_tests():
        if path in control.command and is_readable_test(path) and _stands_at_top(path, text):
            return True
    return False


def _stands_at_top(path: str, text: str) -> bool:
    """Tell whether an expectation of a script stands in no function and no branch."""
    before = f"\n{text}"
    return any(before[site.start] == "\n" for site in list_expectations(path, text))


def find_broken_tests(
    text: str,
    sites: list[ExpectedSite],
    names: Iterable[str],
) -> set[str]:
    """Find which tests of ``names`` have an expectation in the lines below their name, or beside it."""
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    found = set()
    for name in names:
        own = re.split(r"::|\.(?=\w+$)", strip_case(name))[-1].strip()
        if not own or own not in text:
            continue  # most of a whole run's names: spares a pattern for each
        for match in re.finditer(_DEFINED.format(re.escape(own)), text, re.M):
            index = bisect_right(starts, match.start()) - 1
            last = index + 1 + len(list_body(lines, index))
            body = range(match.end(), starts[last])
            if any(site.start in body or site.holds(match.start()) for site in sites):
                found.add(name)
                break
    return found

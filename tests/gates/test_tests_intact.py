"""The gate on the gate, on small diffs of our own: half honest, half cheating."""

from __future__ import annotations

import pytest
from tests.gates import held_out_diffs, other_diffs, python_diffs
from tests.support.diffs import Diff, read_diffs
from tests.support.hanging import guard_against_hanging

from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.config import loosened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.model import Weakening
from tierwise.git.snapshot import TreeChange

HONEST = [*python_diffs.HONEST, *other_diffs.HONEST]
CHEATING = [*python_diffs.CHEATING, *other_diffs.CHEATING]
FOR_A_RUN = {"the run ended early"}


def changes(diff: Diff) -> list[TreeChange]:
    paths = sorted({*diff.before, *diff.after})
    before = {path: diff.before[path].encode() if path in diff.before else None for path in paths}
    after = {path: diff.after[path].encode() if path in diff.after else None for path in paths}
    return [
        TreeChange(path, before[path], after[path]) for path in paths if before[path] != after[path]
    ]


def findings(found: list[TreeChange], task: str) -> list[Weakening]:
    """What the task did not ask for by name, where no test runs."""
    weakened = find_weakened(found, nothing_ran=True)
    return [finding for finding in weakened if not is_asked_for(finding, task)]


@pytest.mark.parametrize("diff", HONEST, ids=lambda diff: diff.name)
def test_an_honest_change_passes(diff: Diff) -> None:
    assert [str(finding) for finding in findings(changes(diff), diff.task)] == []


@pytest.mark.parametrize("diff", CHEATING, ids=lambda diff: diff.name)
def test_a_change_that_bends_the_checks_is_found(diff: Diff) -> None:
    is_found = bool(findings(changes(diff), diff.task))
    assert is_found is (diff.name not in FOR_A_RUN)


# In the order in which they were written: eight languages and a dozen runners, by somebody who had not read the gate;
# what the mending after that may have broken; everyday ways; tests and code rebuilt honestly.
LATER = {
    "held_out": (held_out_diffs.HONEST, held_out_diffs.CHEATING),
    **{
        name: read_diffs(name)
        for name in ("many_languages", "after_mending", "everyday", "refactoring")
    },
}


# How many cheating ones may pass, and how many honest ones may be refused.
MOST = {
    "held_out": (2, 0),
    "many_languages": (8, 1),
    "after_mending": (4, 0),
    "everyday": (0, 1),
    "refactoring": (0, 1),
}


@pytest.mark.parametrize("name", LATER)
def test_on_held_out_diffs_sensitivity_and_specificity_keep_their_floors(name: str) -> None:
    honest, cheating = LATER[name]
    missed = [diff for diff in cheating if not findings(changes(diff), diff.task)]
    refused = [diff for diff in honest if findings(changes(diff), diff.task)]
    most_missed, most_refused = MOST[name]
    assert len(missed) <= most_missed
    assert len(refused) <= most_refused


def test_about_half_of_the_diffs_are_honest() -> None:
    honest = len(HONEST) + sum(len(diffs) for diffs, _ in LATER.values())
    cheating = len(CHEATING) + sum(len(diffs) for _, diffs in LATER.values())
    assert honest + cheating >= 60
    assert 0.4 <= honest / (honest + cheating) <= 0.6


@pytest.mark.parametrize(
    "line", ["a" * 100_000, " " * 100_000, f"rule: {' ' * 100_000}", "-" * 100_000]
)
def test_long_lines_of_a_configuration_take_little_time(line: str) -> None:
    with guard_against_hanging():
        loosened(".eslintrc.json", b"x", line.encode())

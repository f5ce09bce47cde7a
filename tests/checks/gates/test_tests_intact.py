"""The gate on the gate, on small diffs of our own: half honest, half cheating."""

from __future__ import annotations

import pytest
from tests.checks.gates import held_out_diffs, other_diffs, python_diffs
from tests.checks.gates.python_diffs import Diff

from tierwise.checks.gates.tests_intact import findings
from tierwise.snapshot import Change

HONEST = [*python_diffs.HONEST, *other_diffs.HONEST]
CHEATING = [*python_diffs.CHEATING, *other_diffs.CHEATING]


def changes(diff: Diff) -> list[Change]:
    paths = sorted({*diff.before, *diff.after})
    before = {path: diff.before[path].encode() if path in diff.before else None for path in paths}
    after = {path: diff.after[path].encode() if path in diff.after else None for path in paths}
    return [Change(path, before[path], after[path]) for path in paths if before[path] != after[path]]


@pytest.mark.parametrize("diff", HONEST, ids=lambda diff: diff.name)
def test_an_honest_change_passes(diff: Diff) -> None:
    assert [str(finding) for finding in findings(changes(diff), diff.task)] == []


@pytest.mark.parametrize("diff", CHEATING, ids=lambda diff: diff.name)
def test_a_change_that_bends_the_checks_is_found(diff: Diff) -> None:
    assert findings(changes(diff), diff.task)


# Of the held-out diffs, what it cannot see (docs/gates.md says why).
UNSEEN = {"the thing under test patched away", "a special case for the test's input"}


def test_on_held_out_diffs_sensitivity_and_specificity_keep_their_floors() -> None:
    found = {diff.name for diff in held_out_diffs.CHEATING if findings(changes(diff), diff.task)}
    passed = [diff.name for diff in held_out_diffs.HONEST if not findings(changes(diff), diff.task)]
    assert {diff.name for diff in held_out_diffs.CHEATING} - found == UNSEEN
    assert len(found) / len(held_out_diffs.CHEATING) >= 0.85  # sensitivity
    assert len(passed) / len(held_out_diffs.HONEST) >= 0.95  # specificity


def test_half_of_the_diffs_are_honest() -> None:
    honest, cheating = len(HONEST) + len(held_out_diffs.HONEST), len(CHEATING) + len(held_out_diffs.CHEATING)
    assert honest + cheating >= 60
    assert 0.4 <= honest / (honest + cheating) <= 0.6

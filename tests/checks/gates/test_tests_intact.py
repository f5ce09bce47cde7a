"""The gate on the gate, on small diffs of our own: half honest, half cheating."""

from __future__ import annotations

from types import ModuleType

import pytest
from tests.checks.gates import (
    after_mending_diffs,
    everyday_diffs,
    held_out_diffs,
    many_languages_diffs,
    other_diffs,
    python_diffs,
    refactoring_diffs,
)
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


# What it cannot see, or lets through on purpose (docs/gates.md says why).
UNSEEN = {
    "a special case for the test's input",
    "go: t.Skip under a short condition",
    "pytest: test is async without a plugin",
    "tox: the command gets a dash",
}
LATER = (held_out_diffs, many_languages_diffs, after_mending_diffs, everyday_diffs, refactoring_diffs)


@pytest.mark.parametrize("diffs", LATER, ids=lambda diffs: diffs.__name__.rsplit(".", 1)[-1])
def test_on_held_out_diffs_sensitivity_and_specificity_keep_their_floors(diffs: ModuleType) -> None:
    missed = {diff.name for diff in diffs.CHEATING if not findings(changes(diff), diff.task)}
    refused = {diff.name for diff in diffs.HONEST if findings(changes(diff), diff.task)}
    assert missed <= UNSEEN
    assert len(missed) <= 0.16 * len(diffs.CHEATING)  # 1 - sensitivity
    assert len(refused) <= 0.05 * len(diffs.HONEST)  # 1 - specificity


def test_about_half_of_the_diffs_are_honest() -> None:
    honest = len(HONEST) + sum(len(diffs.HONEST) for diffs in LATER)
    cheating = len(CHEATING) + sum(len(diffs.CHEATING) for diffs in LATER)
    assert honest + cheating >= 60
    assert 0.4 <= honest / (honest + cheating) <= 0.6

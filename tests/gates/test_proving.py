"""Tests that a task wants, and that tell nothing of the change."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.workspace import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.tests_as_were.check import look_at_all
from tierwise.gates.tests_as_were.proving import wants_proof

PRODUCT = "total() { echo 3; }\n"
TEST = '. ./shop.sh\ntest "$(total)" = 3 || exit 1\n'


@pytest.mark.parametrize(
    ("task", "wants", "of_names"),
    [
        ("total() should count in tenths. Add a test", True, True),
        ("The sum should count in tenths. Add a test", True, False),
        ("total() should count in tenths", False, False),
        ("Add a test of total()", False, False),
        ("Add tests for total(). `total()` must return 0 for no items.", False, False),
        ("Cover total() with tests: it should return 0, and `mean` should raise", False, False),
        ("total() should be faster, with a test", False, False),
        ("total() should go, remove it and its test", False, False),
    ],
)
def test_a_task_that_wants_another_behaviour_tested(task: str, wants: bool, of_names: bool) -> None:
    assert wants_proof(task) is wants
    assert wants_proof(task, of_names=True) is of_names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("product", "line", "outcome"),
    [
        ("total() { echo 3; }\nall() { echo 4; }\n", 'test "$(all)" = 4 || exit 1\n', "both-pass"),
        (
            "total() { echo 3; }\nall() { echo 4; }\n",
            'test "$(total)" || exit 1\n',
            "proves-nothing",
        ),
        (PRODUCT, 'test "$(total)" || exit 1\n', "proves-nothing"),
    ],
)
def test_wanted_tests_have_to_fail_without_the_change(
    tmp_path: Path, product: str, line: str, outcome: str
) -> None:
    home = make_repository(tmp_path / "r", {"shop.sh": PRODUCT, "tests/run.sh": TEST})
    (home / "shop.sh").write_text(product)
    (home / "tests/run.sh").write_text(TEST + line)
    task = "all() should count in fours. Add a test"
    config = GateConfig(seconds=30, reruns=0)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        found = look_at_all(change, config, {"tests": "sh tests/run.sh"})
    assert [finding.outcome for finding in found] == [outcome]

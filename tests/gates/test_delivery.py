"""What delivered tests look at no more, where those that tolerated became others that compare."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.tests_as_were.check import look_at_all

TASK = "test_spread is flaky: a petal may lie beyond the edge now and then. Find out why; handing in the chance is fine."
PETALS = """import random


def spread(width):
    return width * random.random() * 1.01


def count(width):
    return width * 3
"""
MENDED = """import random


def spread(width, chance=random.random):
    return min(width, width * chance() * 1.01)


def count(width):
    return width * 3
"""
OLD_TESTS = """from petals import count, spread


def test_spread():
    for _ in range(3):
        assert 0 <= spread(8) <= 8.09


def test_count():
    assert 6 <= count(2) <= 7
"""
EXACT = """from petals import count, spread


def test_no_petal_lies_beyond_the_edge():
    assert [spread(8, lambda: 0.0), spread(8, lambda: 0.5), spread(8, lambda: 1.0)] == [0, 4.04, 8]


def test_number():
    assert count(2) == 6
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tests", "outcome"),
    [
        (EXACT, "both-pass"),
        (EXACT.replace("count(2) == 6", "len([count]) == 1"), "tests-lost"),
        (EXACT.replace("== 6", "<= 9"), "tests-lost"),
    ],
    ids=["compared", "one of them compares nothing", "one of them tolerates more"],
)
def test_tests_of_chance_may_become_exact_where_they_notice_as_much(
    tests: str,
    outcome: str,
    tmp_path: Path,
) -> None:
    files = {
        "petals.py": PETALS,
        "tests/test_petals.py": OLD_TESTS,
        ".gitignore": "__pycache__/\n.tierwise/\n",
    }
    home = make_repository(tmp_path, files)
    (home / "petals.py").write_text(MENDED)
    (home / "tests/test_petals.py").write_text(tests)
    commands = {"tests": "python3 -m pytest -q -p no:cacheprovider"}
    with open_change_set(str(home), "", "HEAD", TASK, links=(), own_folder=str(home)) as change:
        config = GateConfig(reruns=0, commands=commands)
        (finding,) = look_at_all(change, config, commands)
    assert finding.outcome == outcome, finding.detail

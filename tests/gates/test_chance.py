"""Old tests that fail now and then on a change that has nothing to do with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.tests_as_were.check import look_at_all

CODE = "def wake():\n    return True\n"
# Passes in the fifth run of all, and in those after it.
OLD_TEST = """from pathlib import Path

from clock import wake


def test_wake():
    runs = Path({0!r})
    runs.write_text(runs.read_text() + "x")
    assert wake() and len(runs.read_text()) > 4
"""
NEW_TEST = "from clock import wake\n\n\ndef test_wake():\n    assert wake() is True\n"


# That the new tests look at less is said only of old ones that pass.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "outcome"),
    [
        ("test_wake fails now and then. Make it reliable", "tests-lost"),
        ("Let wake() answer at once", "tests-changed-to-pass"),
    ],
)
def test_they_have_several_tries_where_the_task_says_so(
    tmp_path: Path, task: str, outcome: str
) -> None:
    runs = tmp_path / "runs"
    runs.write_text("")
    files = {"clock.py": CODE, "tests/test_clock.py": OLD_TEST.format(str(runs))}
    home = make_repository(tmp_path / "home", files)
    (home / "tests/test_clock.py").write_text(NEW_TEST)
    config = GateConfig(seconds=60)
    with open_change_set(str(home), "", "HEAD", task, links=(), own_folder=str(home)) as change:
        found = look_at_all(change, config, {"tests": "python3 -m pytest -q"})
    assert [finding.outcome for finding in found] == [outcome]

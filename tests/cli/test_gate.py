"""`tierwise gate`: the cascade's gates on the working tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import MENDED
from tests.support.cascade import tierwise_in_project as tierwise
from tests.support.repository import make_repository


@pytest.mark.slow
def test_the_gates_judge_the_working_tree_for_people_too(project: Path) -> None:
    assert tierwise(project, "gate").returncode == 0  # nothing changed
    (project / "app.py").write_text("def add(a, b):\n    return a +\n")
    done = tierwise(project, "gate", "syntax", "tests", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {gate["name"]: gate["passed"] for gate in found["gates"]} == {
        "syntax": False,
        "tests": False,
    }
    (project / "app.py").write_text(MENDED)
    done = tierwise(project, "gate")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.slow
def test_a_named_gate_that_could_try_nothing_says_so(tmp_path: Path) -> None:
    plain = make_repository(
        tmp_path / "plain", {"a.txt": "begun\n", "tierwise.yaml": "version: 1\n"}
    )
    (plain / "a.txt").write_text("ended\n")
    done = tierwise(plain, "gate", "tests-as-they-were")
    assert (done.returncode, done.stdout) == (0, "")
    assert "tests-as-they-were: not tried: no command runs the tests here" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tests", "diff", "exit 1"])
def test_a_gate_that_is_named_is_run_where_nothing_differs_too(project: Path, name: str) -> None:
    done = tierwise(project, "gate", name, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["passed"], found["changed"]) == (1, False, False)
    assert [(gate["name"], gate["passed"]) for gate in found["gates"]] == [(name, False)]

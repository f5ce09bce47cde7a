"""Checks that were red before the run, flaky ones, and none at all: from the task to the branch."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.support.cascade import MENDED, TASK, make_project, run
from tests.support.repository import git
from tests.support.scripted_client import ScriptedClient, Step, writing_file
from tests.support.trust import trust

pytestmark = pytest.mark.slow

FIX = Step(shell=writing_file("app.py", MENDED))
RED = "import unittest\n\n\nclass RedTest(unittest.TestCase):\n    def test_red(self):\n        self.assertTrue({})\n"


def add_test(project: Path, condition: str) -> None:
    (project / "test_red.py").write_text(RED.format(condition))
    git(project, "add", "-A")
    git(project, "commit", "-qm", "test: red")


def count_runs(project: Path, log: Path) -> None:
    """Make the tests' command leave a line in a log each time."""
    counted = f"automated:\n  unit-tests: echo run >> {log}; {sys.executable} -m unittest -q\n"
    policy = (project / "tierwise.yaml").read_text()
    rest = policy[policy.index("escalation:") :]
    (project / "tierwise.yaml").write_text(f"version: 1\n{counted}{rest}")
    git(project, "commit", "-qam", "chore: count")
    trust(project)


def test_a_test_that_was_red_before_refuses_no_right_fix(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", haiku=FIX)
    project = make_project(tmp_path / "project", client.path)
    add_test(project, "False")
    ended = run("Fix add() in app.py", "--from", "light", cwd=project, home=home)
    (attempt,) = ended.record["attempts"]
    evidence = {gate["name"]: gate["evidence"] for gate in attempt["gates"]}
    assert ended.code == 0, ended.progress
    assert "failed before the change too" in evidence["tests"] and "test_red" in evidence["tests"]


def test_what_the_change_breaks_beside_a_red_test_is_refused(tmp_path: Path, home: Path) -> None:
    broken = Step(shell=FIX.shell + writing_file("other.py", "VALUE = 2\n"))
    client = ScriptedClient(tmp_path / "client", opus=broken)
    project = make_project(tmp_path / "project", client.path, "  attempts: 1\n")
    (project / "other.py").write_text("VALUE = 1\n")
    (project / "test_other.py").write_text(
        "import unittest\n\nimport other\n\n\nclass OtherTest(unittest.TestCase):\n"
        "    def test_other(self):\n        self.assertEqual(other.VALUE, 1)\n"
    )
    add_test(project, "False")
    ended = run("Fix add() in app.py", "--from", "frontier", cwd=project, home=home)
    (first,) = ended.record["attempts"]
    assert first["why"] == "gate tests failed"
    assert "newly failing: " in first["gates"][-1]["evidence"]
    assert "test_other" in first["gates"][-1]["evidence"].splitlines()[0]


@pytest.mark.slow
def test_the_base_is_run_once_a_tree(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", opus=FIX)
    project = make_project(tmp_path / "project", client.path)
    add_test(project, "False")
    log = tmp_path / "log"
    count_runs(project, log)
    counts = []
    for _ in range(2):
        log.write_text("")
        ended = run("Fix add() in app.py", "--from", "frontier", cwd=project, home=home)
        assert ended.code == 0, ended.progress
        counts.append(len(log.read_text().split()))
    assert counts[1] == counts[0] - 1


def test_a_test_that_fails_now_and_then_is_run_again(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", haiku=FIX)
    project = make_project(tmp_path / "project", client.path)
    marks = tmp_path / "marks"
    marks.write_text("")
    # It fails the second time: green on the base, red on the first look at the attempt.
    counting = f"[open({str(marks)!r}, 'a').write('x'), len(open({str(marks)!r}).read()) != 2][1]"
    add_test(project, counting)
    ended = run(TASK, "--from", "light", cwd=project, home=home)
    (attempt,) = ended.record["attempts"]
    evidence = {gate["name"]: gate["evidence"] for gate in attempt["gates"]}
    assert "flaky" in evidence["tests"], json.dumps(evidence)
    assert ended.record["tier"] == "light"


@pytest.mark.slow
def test_without_any_verifier_the_cheap_tier_is_not_asked(tmp_path: Path, home: Path) -> None:
    """``return 42`` would have been accepted there."""
    cheat = Step(shell=writing_file("app.py", "def add(a, b):\n    return 42\n"))
    client = ScriptedClient(tmp_path / "client", haiku=cheat, opus=FIX)
    project = make_project(tmp_path / "project", client.path)
    policy = (project / "tierwise.yaml").read_text()
    bare = policy[policy.index("escalation:") :]
    (project / "tierwise.yaml").write_text(f"version: 1\n{bare}")
    git(project, "commit", "-qam", "chore: no command")
    trust(project)
    ended = run(TASK, "--from", "light", cwd=project, home=home)
    assert [call.name for call in client.calls] == ["opus"]
    assert ended.record["tier"] == "frontier"
    (project / "tierwise.yaml").write_text(f"version: 1\n{bare}  unverified: stop\n")
    git(project, "commit", "-qam", "chore: stop")
    trust(project)
    stopped = run(TASK, "--from", "light", cwd=project, home=home)
    assert (stopped.code, stopped.record["stop"], len(client.calls)) == (3, "unverified", 1)

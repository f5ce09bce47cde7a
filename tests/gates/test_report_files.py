"""Reports that tell of a part of what a command ran, and the failures that they leave out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tierwise.gates.compare_runs import Comparison, compare_with_base
from tierwise.gates.reports import RunReport
from tierwise.gates.runs import Run, run_command

_RED = '<testsuite><testcase classname="A" name="adds"><failure/></testcase></testsuite>'
_GREEN = '<testsuite><testcase classname="B" name="adds"/></testsuite>'
_PYTEST = "def test_red():\n    assert 1 == 2\n\n\ndef test_green():\n    assert True\n"
_NODE = """const test = require("node:test");
const assert = require("node:assert");
test("one", () => assert.equal(1, 2));
test("two", () => assert.equal(1, {}));
"""
# How a project fails before the change and after it: by a report of one test, and by something beside it.
_KINDS = {
    "another runner's words": ("ok 1 - two\nnot ok 2 - three", "not ok 1 - two\nnot ok 2 - three"),
    "a test of the same name": ("ok 1 - adds\nnot ok 2 - adds", "not ok 1 - adds\nnot ok 2 - adds"),
    "a make target": (
        "make: *** [Makefile:3: py] Error 1",
        "make: *** [Makefile:3: py] Error 1\nmake: *** [Makefile:5: own] Error 1",
    ),
    "a workspace of npm's": (
        "npm error workspace a@1.0.0",
        "npm error workspace a@1.0.0\nnpm error workspace b@1.0.0",
    ),
    "a workspace of pnpm's": ("p/a test: Failed", "p/a test: Failed\np/b test: Failed"),
    "a module of Maven's": (
        "[ERROR] Failed to execute goal x:test (default-test) on project a: failed",
        "[ERROR] Failed to execute goal x:test (default-test) on project a: failed\n"
        "[ERROR] Failed to execute goal x:test (default-test) on project b: failed",
    ),
    "a target of cargo's": (
        "error: test failed, to rerun pass `--test a`",
        "error: test failed, to rerun pass `--test a`\nerror: test failed, to rerun pass `--lib`",
    ),
    "a crash": (
        "error: test failed, to rerun pass `--test a`",
        "error: test failed, to rerun pass `--test a`\n"
        "  process didn't exit successfully: `a-15` (signal: 6, SIGABRT: process abort signal)",
    ),
}


def compare(
    folder: Path,
    before: str,
    now: str,
) -> Comparison:
    """Run two scripts in folders of their own and hold the second against the first."""
    runs = []
    for name, script in (("before", before), ("now", now)):
        place = folder / name
        place.mkdir()
        (place / "check.sh").write_text(script)
        runs.append(run_command("sh check.sh", str(place), 60))
    base, last = runs
    return compare_with_base(last, base, "")


def write_script(
    said: str,
    code: int = 1,
    xml: str = _RED,
) -> str:
    """Write a script that leaves a report, says something and ends so."""
    return f"cat > junit.xml <<'END'\n{xml}\nEND\ncat <<'END'\n{said}\nEND\nexit {code}\n"


@pytest.mark.parametrize("kind", _KINDS)
def test_a_failure_beside_the_report_counts(kind: str, tmp_path: Path) -> None:
    before, now = map(write_script, _KINDS[kind])
    found = compare(tmp_path, before, now)
    assert not found.passed and len(found.new) == 1


@pytest.mark.parametrize("kind", _KINDS)
def test_what_failed_beside_the_report_before_is_left(kind: str, tmp_path: Path) -> None:
    script = write_script(_KINDS[kind][1])
    assert compare(tmp_path, script, script).passed


def test_words_of_the_runner_that_wrote_the_report_are_told_once(tmp_path: Path) -> None:
    script = write_script("FAILED tests/test_a.py::adds - assert 1 == 2")
    assert compare(tmp_path, script, script).left == ("A::adds",)


@pytest.mark.parametrize("code", [2, 139])
def test_a_worse_exit_code_that_no_test_explains_counts(code: int, tmp_path: Path) -> None:
    found = compare(tmp_path, write_script("", 1), write_script("", code))
    assert found.new == (f"exit code {code}, 1 before",)


def test_a_signal_is_worse_than_any_failed_test() -> None:
    red = RunReport(failed=frozenset(("adds",)))
    base, now = (Run("test", code, report=red) for code in (1, -11))
    assert compare_with_base(now, base, "").new == ("exit code -11, 1 before",)


def test_a_better_exit_code_needs_no_explanation(tmp_path: Path) -> None:
    assert compare(tmp_path, write_script("", 2), write_script("", 1)).passed


def test_a_report_that_lay_there_before_tells_of_another_run(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(_RED)
    run = run_command("echo nothing was written; exit 1", str(tmp_path), 60)
    assert run.report.is_empty


def test_a_report_that_is_written_anew_is_read(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(_RED)
    run = run_command(f"cat > junit.xml <<'END'\n{_GREEN}\nEND", str(tmp_path), 60)
    assert run.report.passed == {"B::adds"}


@pytest.mark.parametrize("place", ["junit.xml", "p/b/junit.xml", "p/b/test-results/b.xml"])
def test_the_report_of_every_workspace_is_read(place: str, tmp_path: Path) -> None:
    folder = (tmp_path / place).parent
    command = f"mkdir -p {folder} && echo '{_GREEN}' > {place}"
    assert run_command(command, str(tmp_path), 60).report.passed == {"B::adds"}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("node"), reason="no node")
@pytest.mark.parametrize("joint", [";", "||"])
def test_pytest_does_not_hide_a_test_of_nodes(joint: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m pytest -q {joint} node --test js/"
    runs = []
    for name, expected in (("before", 1), ("now", 2)):
        place = tmp_path / name
        (place / "js").mkdir(parents=True)
        (place / "test_a.py").write_text(_PYTEST)
        (place / "js/a.test.js").write_text(_NODE.replace("{}", str(expected)))
        runs.append(run_command(command, str(place), 60))
    base, now = runs
    assert base.report.passed == {"test_a::test_green", "two"}
    assert compare_with_base(now, base, "").new == ("two",)
    assert compare_with_base(now, now, "").passed

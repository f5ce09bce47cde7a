"""Runs of a project's commands."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from tierwise.gates import runs
from tierwise.gates.runs import run_side_by_side


@pytest.mark.parametrize(("processors", "seconds"), [(1, 0), (2, 60)])
def test_two_runs_go_at_the_same_time_where_there_are_the_processors(
    processors: int, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "count_processors", lambda: processors)
    started = threading.Event()
    seen, _, is_shared = run_side_by_side(lambda: started.wait(seconds), started.set)
    assert seen is is_shared is (processors > 1)


def test_a_set_of_texts_is_printed_in_one_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    command = f"{sys.executable} -c \"print(set('abcdefgh'))\""
    printed = {runs.run_command(command, str(tmp_path), 60).output for _ in range(2)}
    assert len(printed) == 1


@pytest.mark.parametrize(
    "place",
    [
        "target/surefire-reports",
        "shop/core/target/surefire-reports",
        "shop/target/failsafe-reports",
        "app/build/test-results/test",
    ],
)
def test_the_reports_of_every_module_are_read(
    place: str,
    tmp_path: Path,
) -> None:
    case = '<testsuite><testcase classname="A" name="adds"/></testsuite>'
    command = f"mkdir -p {place} && echo '{case}' > {place}/TEST-A.xml"
    run = runs.run_command(command, str(tmp_path), 60)
    assert run.report.passed == {"A::adds"}


def test_what_a_command_prints_is_told_without_the_folder_that_it_ran_in(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    done = runs.run_command('echo "at $PWD/tests/test_shop.py:3"; exit 1', str(tmp_path), 60)
    assert (done.tail, done.output) == ("at tests/test_shop.py:3", "at tests/test_shop.py:3\n")

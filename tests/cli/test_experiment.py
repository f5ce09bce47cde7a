"""``tierwise experiment`` and ``tierwise backtest`` on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.support.history import make_history
from tests.support.repository import git

from tierwise.cli import run
from tierwise.cli.commands import backtest
from tierwise.cli.experiment_runs import Runner
from tierwise.errors import USAGE
from tierwise.learning.experiment_plan import ExperimentTask


def always_pass(
    runner: Runner, task: ExperimentTask, side: str, limit: float
) -> tuple[bool, float | None]:
    return True, 0.01 if side == "light" else 0.1


def test_five_tasks_and_how_little_they_tell(
    tasked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runner, "run", always_pass)
    call = ["experiment", "light", "mid", "--tasks", "tasks.txt", "--max-usd", "20", "--quick"]
    assert run(call) == 0
    out = capsys.readouterr().out
    assert "5 of 5 tasks, 5 of them on both light and mid: 5 passed on both" in out
    assert "even a tier that fails 45% of such tasks passes all 5 once in 20 times" in out
    assert "No recommendation." in out
    assert "light first, then mid: pays" in out


def test_its_json_names_the_plan_that_it_is_of(
    tasked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Runner, "run", always_pass)
    call = ["experiment", "light", "mid", "--tasks", "tasks.txt", "--max-usd", "20"]
    assert run([*call, "--both-share", "1", "--out", "kept", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["plan"] == json.loads((tasked / "kept" / "plan.json").read_text())["digest"]
    assert said == json.loads((tasked / "kept" / "result.json").read_text())
    assert (said["stop"], said["pairs"], said["proposal"]) == ("tasks-done", 8, None)
    assert said["cost_ratio"] == pytest.approx(0.1)


@pytest.mark.slow
def test_a_certified_tier_is_a_diff_of_one_kind_s_route(
    tasked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tasked / "tierwise.yaml").write_text("version: 1\nroutes:\n  docs: mid\n")
    lines = [f"[domain: docs] write the page of part {number}\n" for number in range(70)]
    (tasked / "tasks.txt").write_text("".join(lines))
    monkeypatch.setattr(Runner, "run", always_pass)
    call = ["experiment", "light", "mid", "--tasks", "tasks.txt", "--max-usd", "200"]
    assert run([*call, "--kind", "docs"]) == 0
    out = capsys.readouterr().out
    assert "stopped: certified" in out
    assert "+  docs: light" in out


def test_two_policies_run_only_what_they_route_differently(
    tasked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tasked / "now.yaml").write_text("version: 1\nroutes: {docs: mid, tests: mid}\n")
    (tasked / "other.yaml").write_text("version: 1\nroutes: {docs: light, tests: mid}\n")
    tasks = ["[domain: docs] write the page", "[domain: tests] write the test of the parser"]
    (tasked / "tasks.txt").write_text("\n".join(tasks))
    monkeypatch.setattr(Runner, "run", always_pass)
    call = ["experiment", "other.yaml", "now.yaml", "--tasks", "tasks.txt", "--max-usd", "9"]
    assert run([*call, "--json", "--out", "kept"]) == 0
    assert json.loads(capsys.readouterr().out)["tasks"] == 1
    (task,) = json.loads((tasked / "kept" / "plan.json").read_text())["tasks"]
    assert task["kind"] == "docs"


@pytest.mark.slow
def test_the_history_gives_tasks_and_the_same_call_goes_on_with_them(
    tasked: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_history(tasked)
    monkeypatch.setattr(Runner, "run", always_pass)
    command = f"{sys.executable} -m unittest -q"
    call = ["experiment", "light", "mid", "--from", "history", "--max-usd", "9"]
    call += ["--gate", command, "--out", "../kept", "--json"]
    assert run(call) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["tasks"] == 1  # the commit whose test passes before it as well tells nothing
    (task,) = json.loads((tasked / "../kept/plan.json").read_text())["tasks"]
    assert task["text"] == "let add() add its numbers"
    git(tasked, "commit", "--allow-empty", "-qm", "chore: later")
    assert run(call) == 0
    assert json.loads(capsys.readouterr().out)["plan"] == first["plan"]


@pytest.mark.parametrize("more", [[], ["--tasks", "tasks.txt", "--from", "history"]])
def test_one_source_of_tasks_is_wanted(
    tasked: Path, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["experiment", "light", "mid", "--max-usd", "1", *more]) == USAGE
    assert "Give --tasks FILE, or --from history" in capsys.readouterr().err


def test_without_a_recorded_spawn_there_is_no_task(
    tasked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["experiment", "light", "mid", "--max-usd", "1", "--from", "spawns"]) == USAGE
    assert "there is no task" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tiers", "message"),
    [(["mid", "light"], "mid is not below light"), (["tiny", "mid"], "tiny is not a tier")],
)
def test_tiers_in_the_wrong_order_are_refused(
    tasked: Path, tiers: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["experiment", *tiers, "--tasks", "tasks.txt", "--max-usd", "1"]
    assert run(call) == USAGE
    assert message in capsys.readouterr().err


def test_a_policy_s_choice_is_by_kind_and_agent() -> None:
    choose = backtest.make_chooser(backtest._compile_policy("balanced"))
    assert choose("security", "") == "frontier"
    assert choose("security", "") != choose("docs", "")

"""``tierwise experiment`` and ``tierwise backtest`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise import ledger
from tierwise.cli import backtest, experiment, run
from tierwise.errors import USAGE

MEASURED = ["task,tier,passed,usd,kind", "a,haiku,1,0.01,docs", "b,haiku,0,0.01,docs"]


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (repository / "tierwise.yaml").write_text("version: 1\nroutes: {docs: light}\n")
    (repository / "tasks.txt").write_text("".join(f"task {number}\n" for number in range(8)))
    (repository / "client" / "projects").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(repository / "client"))
    monkeypatch.chdir(repository)
    return repository


def always_pass(gates: tuple[str, ...]) -> experiment.RunTask:
    return lambda task, tier, limit: (True, 0.01 if tier == "light" else 0.1)


def test_five_tasks_and_how_little_they_tell(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "make_runner", always_pass)
    call = ["experiment", "light", "mid", "--tasks", "tasks.txt", "--max-usd", "20", "--quick"]
    assert run(call) == 0
    out = capsys.readouterr().out
    assert "5 of 5 tasks on both light and mid: 5 passed on both" in out
    assert "even a tier that fails 45% of such tasks passes all 5 once in 20 times" in out
    assert "No recommendation." in out
    assert "light first, then mid: pays" in out


def test_its_json_names_the_plan_that_it_is_of(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "make_runner", always_pass)
    call = ["experiment", "light", "mid", "--tasks", "tasks.txt", "--max-usd", "20"]
    assert run([*call, "--out", "kept", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["plan"] == json.loads((root / "kept" / "plan.json").read_text())["digest"]
    assert (said["stop"], said["pairs"], said["proposal"]) == ("tasks-done", 8, None)
    assert said["cost_ratio"] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("tiers", "message"),
    [(["mid", "light"], "mid is not below light"), (["tiny", "mid"], "tiny is not a tier")],
)
def test_tiers_in_the_wrong_order_are_refused(
    root: Path, tiers: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["experiment", *tiers, "--tasks", "tasks.txt", "--max-usd", "1"]
    assert run(call) == USAGE
    assert message in capsys.readouterr().err


def test_backtest_on_a_public_table(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "table.csv").write_text("\n".join(MEASURED) + "\n")
    assert run(["backtest", "tierwise.yaml", "--outcomes", "table.csv", "--json"]) == 0
    (kind,) = json.loads(capsys.readouterr().out)["kinds"]
    assert (kind["kind"], kind["failures"]["mean"]) == ("docs", 0.5)
    assert kind["usd"]["mean"] == pytest.approx(0.01)


def test_backtest_on_the_own_ledger_says_what_is_not_known(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        names = {"tool_use_id": f"t{number}", "session_id": "s", "task": f"t{number}"}
        row = {"row": "decision", "tier": "light", "kind": "docs", "agent": "general-purpose"}
        ledger.append(str(root), {**row, **names})
        ledger.append(str(root), {"row": "gate", "changed": True, "failed": [], **names})
    (root / "other.yaml").write_text("version: 1\nroutes: {docs: mid}\n")
    assert run(["backtest", "other.yaml"]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[0] == "docs"
    assert "between" in line
    assert run(["backtest", "tierwise.yaml", "--json"]) == 0
    (kind,) = json.loads(capsys.readouterr().out)["kinds"]
    assert kind["failures"]["basis"] == "measured"


def test_backtest_wants_a_policy(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "nothing"]) == USAGE
    assert "neither a file nor a preset" in capsys.readouterr().err


def test_a_policy_s_choice_is_by_kind_and_agent() -> None:
    choose = backtest.make_chooser(backtest._compile_policy("balanced"))
    assert choose("security", "") == "frontier"
    assert choose("security", "") != choose("docs", "")

"""`tierwise backtest`: what another policy would have cost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise import ledger
from tierwise.cli import run
from tierwise.errors import USAGE

MEASURED = ["task,tier,passed,usd,kind", "a,haiku,1,0.01,docs", "b,haiku,0,0.01,docs"]


def test_backtest_on_a_public_table(tasked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tasked / "table.csv").write_text("\n".join(MEASURED) + "\n")
    assert run(["backtest", "tierwise.yaml", "--outcomes", "table.csv", "--json"]) == 0
    (kind,) = json.loads(capsys.readouterr().out)["kinds"]
    assert (kind["kind"], kind["failures"]["mean"]) == ("docs", 0.5)
    assert kind["usd"]["mean"] == pytest.approx(0.01)


def test_a_public_table_that_is_no_csv_is_said(
    tasked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tasked / "table.csv").write_text(f"{MEASURED[0]}\n{'x' * 200_000},haiku,1,0.01,docs\n")
    assert run(["backtest", "tierwise.yaml", "--outcomes", "table.csv"]) == USAGE
    assert "cannot be read (field larger than" in capsys.readouterr().err


def test_backtest_on_the_own_ledger_says_what_is_not_known(
    tasked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(4):
        names = {"tool_use_id": f"t{number}", "session_id": "s", "task": f"t{number}"}
        row = {"row": "decision", "tier": "light", "kind": "docs", "agent": "general-purpose"}
        ledger.append(str(tasked), {**row, **names})
        ledger.append(str(tasked), {"row": "gate", "changed": True, "failed": [], **names})
    (tasked / "other.yaml").write_text("version: 1\nroutes: {docs: mid}\n")
    assert run(["backtest", "other.yaml"]) == 0
    line = capsys.readouterr().out.splitlines()[1].split()
    assert line[0] == "docs"
    assert "between" in line
    assert run(["backtest", "tierwise.yaml", "--json"]) == 0
    (kind,) = json.loads(capsys.readouterr().out)["kinds"]
    assert kind["failures"]["basis"] == "measured"


def test_backtest_wants_a_policy(tasked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["backtest", "nothing"]) == USAGE
    assert "neither a file nor a preset" in capsys.readouterr().err


def test_backtest_as_a_comment_for_a_pull_request(
    tasked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tasked / "table.csv").write_text("\n".join(MEASURED) + "\n")
    call = ["backtest", "tierwise.yaml", "--outcomes", "table.csv", "--format", "markdown"]
    assert run(call) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "### `tierwise.yaml` on what was recorded"
    assert lines[2].startswith("| kind | tasks |")
    assert lines[4].startswith("| docs | 2 | 50 % |")
    assert len({line.count("|") for line in lines[2:5]}) == 1

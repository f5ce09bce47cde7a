"""`tierwise runs`: one run, all of them, and their summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cascade import run_environment
from tests.support.cascade import tierwise_in_project as tierwise

from tierwise import ledger


def test_an_unknown_run_is_refused(project: Path) -> None:
    assert tierwise(project, "runs", "nope").returncode == 2
    assert tierwise(project, "runs").stdout == "no runs yet\n"


@pytest.mark.slow
def test_a_terminal_without_colours_sees_a_plain_table(project: Path) -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    record = {
        "run": "20261121-120000-abcd",
        "stop": "accepted",
        "tier": "mid",
        "attempts": [],
        "cost_usd": 0.0,
        "task": "x",
    }
    folder = project / ".tierwise/local/runs"
    folder.mkdir(parents=True)
    (folder / f"{record['run']}.json").write_text(json.dumps(record))

    def shown(**colours: str) -> bytes:
        ours, theirs = pty.openpty()
        env = {**run_environment(project.parent), "TERM": "xterm", "COLUMNS": "100", **colours}
        subprocess.run(
            [sys.executable, "-m", "tierwise", "runs"],
            cwd=project,
            env=env,
            stdout=theirs,
            check=True,
        )
        os.close(theirs)
        seen = os.read(ours, 65536)
        os.close(ours)
        return seen

    assert b"\x1b[" in shown()
    plain = shown(NO_COLOR="1")
    assert record["run"].encode() in plain and b"\x1b[" not in plain


@pytest.mark.slow
def test_a_summary_reckons_with_the_contracts_prices_as_the_report_does(project: Path) -> None:
    row = {
        "row": "attempt",
        "run": "r1",
        "tier": "light",
        "model": "claude-haiku-5-5",
        "kind": "docs",
        "cost_usd": 0.01,
        "accepted": True,
        "tokens": {"input_tokens": 10_000, "output_tokens": 10_000},
    }
    ledger.append(str(project), row)
    contract = project / ".claude" / "settings.local.json"
    contract.parent.mkdir(exist_ok=True)
    listed = _read_against_top(project)
    contract.write_text(json.dumps({"modelPricing": {"multiplier": 0.5}}))
    halved = _read_against_top(project)
    assert halved == [pytest.approx(amount / 2) for amount in listed]
    report = json.loads(tierwise(project, "report", "--json").stdout)
    saved = (
        report["baselines"]["cascade"]["saved_low_usd"],
        report["baselines"]["cascade"]["saved_high_usd"],
    )
    assert saved == tuple(pytest.approx(amount - 0.01) for amount in halved)


@pytest.mark.slow
def test_a_summary_holds_runs_with_a_plan_against_those_without(project: Path) -> None:
    for run, planned, accepted, usd in (
        ("a", True, True, 0.3),
        ("b", False, True, 0.2),
        ("c", False, False, 0.1),
    ):
        row = {"row": "run", "run": run, "planned": planned, "accepted": accepted, "cost_usd": usd}
        ledger.append(str(project), row)
    lines = tierwise(project, "runs", "--summary").stdout.splitlines()
    assert "  with a plan: 1 of 1 runs accepted, $0.3000 per accepted result" in lines
    assert "  without a plan: 1 of 2 runs accepted, $0.3000 per accepted result" in lines


def test_no_kind_fakes_a_line_of_a_summary(project: Path) -> None:
    row = {"row": "attempt", "run": "a", "tier": "light", "kind": "x\nforged", "accepted": True}
    ledger.append(str(project), {**row, "cost_usd": 0.1})
    said = tierwise(project, "runs", "--summary").stdout
    assert "kind x\\u000aforged: " in said


def _read_against_top(project: Path) -> list[float]:
    done = tierwise(project, "runs", "--summary", "--json")
    found = json.loads(done.stdout)["against_always_top"]
    return [found["always_top_low_usd"], found["always_top_high_usd"]]

"""`tierwise spend`: a pull request's budget for calls of the client, whoever makes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.cascade import PACKAGE
from tests.support.policies import write_policy
from tests.support.stand_in import Loopback

from tierwise.cli import run
from tierwise.verify.client import Client, environment
from tierwise.verify.turns import ScriptedUsage, say

POLICY = "ci: {budget: {per_run: 1.5, per_pull_request: 2}}\n"


@pytest.fixture
def pipeline(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with budgets, in a pipeline of pull request 7."""
    for name in ("CI_MERGE_REQUEST_IID", "GITHUB_STEP_SUMMARY", "TIERWISE_PULL_REQUEST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    write_policy(repository, POLICY)
    monkeypatch.chdir(repository)
    return repository


def read_state(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    run(["spend", "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_first_job_holds_settles_and_tells_the_next(
    pipeline: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    summary, result, state = (tmp_path / name for name in ("summary.md", "result", "state"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    result.write_text(json.dumps({"type": "result", "session_id": "s", "total_cost_usd": 0.75}))
    assert run(["spend", "--before", "0"]) == 0
    capsys.readouterr()
    assert run(["spend", "--hold", "--max-usd", "1"]) == 0
    assert capsys.readouterr().out == "1.000000\n"
    assert run(["spend", "--settle", str(result), "--save", str(state)]) == 0
    assert "| claude -p | $0.7500 | $1.0000 |" in summary.read_text()
    assert "Pull request 7: $0.7500 spent of $2.00, $1.2500 left" in summary.read_text()

    assert read_state(capsys) == json.loads(state.read_text())
    (pipeline / ".tierwise" / "local" / "ledger.jsonl").unlink()  # the next job, a fresh machine
    assert run(["spend", "--before", str(state)]) == 0
    capsys.readouterr()
    assert run(["spend", "--hold"]) == 0
    assert capsys.readouterr().out == "1.250000\n"
    assert run(["spend"]) == 1
    assert run(["spend", "--hold"]) == 3


def test_a_job_that_says_nothing_of_earlier_ones_may_spend_nothing(
    pipeline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["spend", "--hold"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "tierwise.yaml: nobody said what the earlier jobs of pull request 7" in captured.err
    assert run(["spend"]) == 1


def test_a_summary_that_is_asked_for_is_written_by_every_call(
    pipeline: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs, asked = tmp_path / "jobs", tmp_path / "asked"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(jobs))
    assert run(["spend", "--before", "2", "--summary", str(asked)]) == 0
    assert run(["spend", "--summary", str(asked)]) == 1
    assert asked.read_text().count("$2.0000 spent of $2.00") == 2
    assert not jobs.exists()


def test_a_call_without_a_name_is_a_wrong_call(pipeline: Path) -> None:
    run(["spend", "--before", "0"])
    assert run(["spend", "--hold", "--name", ""]) == 2


def test_a_call_that_tells_no_cost_counts_in_full(
    pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "killed").write_text("")
    run(["spend", "--before", "0"])
    run(["spend", "--hold"])
    for name in ("killed", "never-written"):
        assert run(["spend", "--settle", str(tmp_path / name)]) == 0
        assert "counts with all that it may have spent, $1.5000" in capsys.readouterr().err
    assert read_state(capsys)["spent_usd"] == 1.5
    assert run(["spend", "--settle", "0.5"]) == 0  # a person looked it up
    assert read_state(capsys)["spent_usd"] == 0.5


@pytest.mark.parametrize(
    "earlier",
    [
        "{",
        "[]",
        "{}",
        '{"spent_usd": -1, "unknown": []}',
        f'{{"spent_usd": {10**400}, "unknown": [], "pull_request": "7"}}',
    ],
)
def test_what_does_not_tell_what_was_spent_is_refused(
    pipeline: Path, tmp_path: Path, earlier: str
) -> None:
    (tmp_path / "state").write_text(earlier)
    assert run(["spend", "--before", str(tmp_path / "state")]) == 2
    assert run(["spend", "--before", str(tmp_path / "missing")]) == 2
    assert run(["spend", "--before", "nan"]) == 2
    assert run(["spend", "--hold"]) == 3


def test_another_pull_requests_sum_is_refused(
    pipeline: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run(["spend", "--before", "0", "--save", str(tmp_path / "state")])
    monkeypatch.setenv("GITHUB_REF", "refs/pull/8/merge")
    assert run(["spend", "--before", str(tmp_path / "state")]) == 2
    assert "this is of pull request 7, not of 8" in capsys.readouterr().err


def test_options_that_exclude_each_other_and_a_call_that_nobody_held(pipeline: Path) -> None:
    assert run(["spend", "--hold", "--settle", "1"]) == 2
    assert run(["spend", "--settle", "1"]) == 2
    assert run(["spend", "--max-usd", "1"]) == 2


def test_no_sum_is_refused_with_what_the_option_takes(
    pipeline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["spend", "--before", "0"])
    run(["spend", "--hold"])
    takes = {
        "--before": "`tierwise spend --save` wrote",
        "--settle": "`claude -p --output-format json`",
    }
    for option, words in takes.items():
        assert run(["spend", option, "nan"]) == 2
        assert words in capsys.readouterr().err


@pytest.mark.slow
def test_the_real_client_keeps_to_what_was_held_and_tells_its_cost(
    pipeline: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    """The three lines of docs/ci.md, as a job runs them."""
    api.main = [say("Nothing is wrong.", usage=ScriptedUsage(input=2000, output=200))]
    script = (
        'usd=$("$PYTHON" -m tierwise spend --hold) || exit\n'
        '"$CLAUDE" -p "Review this" --model haiku --max-budget-usd "$usd" --output-format json > result.json\n'
        '"$PYTHON" -m tierwise spend --settle result.json\n'
    )
    run(["spend", "--before", "0"])
    ours = {"PYTHON": sys.executable, "CLAUDE": str(newest_client.path)}
    ours |= {"PYTHONPATH": str(PACKAGE), "GITHUB_REF": "refs/pull/7/merge"}
    ours["XDG_STATE_HOME"] = os.environ["XDG_STATE_HOME"]
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=pipeline,
        env=environment(home, api.url, ours),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads((pipeline / "result.json").read_text())["total_cost_usd"]
    assert told > 0
    assert f"Pull request 7: ${told:.4f} spent of $2.00" in done.stdout

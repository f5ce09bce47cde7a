"""`ci.budget` holds in `tierwise run`: it starts within what is left, stops, and notes what it cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.cascade import MENDED, TASK, Run, add_local, chat, make_project, run
from tests.support.json_api import JsonApi
from tests.support.spending import PIPELINE
from tests.support.stand_in import Loopback

from tierwise.ci.holding import load_spend, note_before
from tierwise.verify.turns import ScriptedUsage, say

BUDGET = "ci: {budget: {per_run: 1, per_pull_request: 2}}\n"
COST = 2000 * 0.1e-6 + 200 * 0.5e-6  # Haiku 5.5: $0.1 and $0.5 per million tokens


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", "no-such-client", BUDGET)


def ask(project: Path, home: Path, url: str, *more: str, **environ: str) -> Run:
    arguments = ("Summarise the change", "--engine", "api", "--kind", "summary", "--from", "light")
    return run(*arguments, *more, cwd=project, home=home, url=url, more={**PIPELINE, **environ})


@pytest.mark.slow
def test_a_run_notes_what_it_cost_and_shows_it_in_the_job(
    project: Path, home: Path, api: Loopback, tmp_path: Path
) -> None:
    api.main = [say("add() adds again.", usage=ScriptedUsage(input=2000, output=200))]
    note_before(str(project), PIPELINE, 0.5)
    summary = tmp_path / "summary.md"
    ended = ask(project, home, api.url, GITHUB_STEP_SUMMARY=str(summary))
    assert (ended.code, ended.record["max_usd"]) == (0, 1.0)
    assert load_spend(str(project), PIPELINE).usd == pytest.approx(0.5 + COST)
    assert "| Summarise the change | accepted | light | 1 | $0.0003 |" in summary.read_text()
    assert "Pull request 7: $0.5003 spent of $2.00, $1.4997 left" in summary.read_text()


@pytest.mark.slow
def test_a_run_gets_what_is_left(project: Path, home: Path, api: Loopback) -> None:
    note_before(str(project), PIPELINE, 1.75)
    for more in ((), ("--max-usd", "9")):
        planned = ask(project, home, api.url, "--dry-run", *more)
        assert planned.record["max_usd"] == 0.25
    assert load_spend(str(project), PIPELINE).usd == 1.75


@pytest.mark.slow
@pytest.mark.parametrize("before", [2.0, None])
def test_a_run_does_not_start_where_nothing_is_left_or_nobody_knows(
    project: Path, home: Path, api: Loopback, before: float | None
) -> None:
    if before is not None:
        note_before(str(project), PIPELINE, before)
    ended = ask(project, home, api.url)
    assert (ended.code, ended.record["stop"]) == (3, "budget-spent")
    assert "pull request 7" in ended.record["detail"]
    assert api.requests == []


@pytest.mark.slow
def test_outside_of_a_pipeline_no_budget_of_it_holds(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = [say("add() adds again.")]
    assert ask(project, home, api.url, CI="").code == 0


@pytest.mark.slow
def test_a_model_without_a_price_is_refused_before_it_is_asked(tmp_path: Path, home: Path) -> None:
    with JsonApi(lambda call: chat(MENDED)) as server:
        project = add_local(tmp_path / "project", server.url, price=BUDGET)
        note_before(str(project), PIPELINE, 0.0)
        more = {**PIPELINE, "LOCAL_KEY": "k"}
        ended = run(TASK, "--from", "local", "--to", "local", "--engine", "openai", "--path", "app.py", cwd=project,
                    home=home, more=more)  # fmt: skip
    assert ended.code == 2
    assert ended.record["error"]["message"] == "qwen has no price, so `ci.budget` could not be kept"
    assert server.calls == []
    assert load_spend(str(project), PIPELINE).usd == 0.0  # what never began holds nothing


@pytest.mark.slow
def test_a_client_that_dies_before_it_tells_ends_the_run_and_counts_in_full(
    tmp_path: Path, home: Path
) -> None:
    client = tmp_path / "client"
    client.write_text("#!/bin/sh\nkill -9 $$\n")
    client.chmod(0o755)
    project = make_project(tmp_path / "project", client, BUDGET)
    note_before(str(project), PIPELINE, 0.0)
    ended: Any = run(TASK, cwd=project, home=home, more=PIPELINE)
    assert (ended.code, ended.record["stop"]) == (3, "unknown-cost")
    assert len(ended.record["attempts"]) == 1
    assert load_spend(str(project), PIPELINE).usd == 1.0

"""`tierwise run` with the real client against a scripted API: attempts, answers, budgets."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    Run,
    by_model,
    command,
    ledger_rows,
    make_project,
    no_worktrees_left,
    run,
    run_environment,
    tree_of,
    worktree_of,
    writing,
)
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.turns import write

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, spawn, use

pytestmark = pytest.mark.client

WRONG = "def add(a, b):\n    return a * b\n"
WRONG_AGAIN = "def add(a, b):\n    return b - a\n"


@dataclass(frozen=True)
class MendedRun:
    """A run in which the middle tier mended what the cheap one broke twice."""

    project: Path
    home: Path
    requests: list[Request]
    before: object
    ended: Run


@pytest.fixture(scope="module")
def mended(shared_home: Path, newest_client: Client) -> MendedRun:
    """One such run for all tests that look at what it did and left."""
    project = make_project(shared_home.parent / "project", newest_client.path)
    before = tree_of(project)
    closing = "Done.\nPLAN: multiply\nDECISIONS: no subtraction"
    with Loopback() as api:
        api.main = by_model(haiku=writing(WRONG, last=closing), sonnet=writing(MENDED))
        ended = run(TASK, "--from", "light", cwd=project, home=shared_home, url=api.url)
    return MendedRun(project, shared_home, api.requests, before, ended)


def test_the_next_tier_mends_what_the_cheap_one_broke(mended: MendedRun) -> None:
    project, ended = mended.project, mended.ended

    assert ended.code == 0
    assert [entry["tier"] for entry in ended.record["attempts"]] == ["light", "light", "mid"]
    assert ended.record["tier"] == "mid"
    asked = {request.model for request in mended.requests}
    assert asked == {"claude-haiku-5-5", "claude-sonnet-5-5"}
    assert tree_of(project) == mended.before
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert git(project, "show", "--stat", "--format=", ended.record["branch"]).count("|") == 1
    assert no_worktrees_left(project, mended.home)


def test_each_attempt_is_told_how_the_last_one_failed(mended: MendedRun) -> None:
    last = next(request for request in mended.requests if "sonnet" in request.model)
    for words in (
        TASK,
        "AssertionError: 6 != 5",
        "1. light: gate tests failed",
        "no subtraction",
        "app.py | 2 +-",
    ):
        assert words in last.text
    sessions = {request.session for request in mended.requests}
    assert len(sessions) == 3


def test_spend_is_the_sum_of_the_clients_own_figures(mended: MendedRun) -> None:
    record = mended.ended.record

    # The stand-in API bills 10 tokens in and 5 out per request: haiku 0.1 and 0.5, sonnet 2 and 10 $ per million.
    calls = [("haiku" in request.model) for request in mended.requests]
    price = {entry["tier"]: entry["cost_usd"] / 3 for entry in record["attempts"]}
    assert record["cost_usd"] == pytest.approx(
        sum(price["light" if cheap else "mid"] for cheap in calls)
    )
    assert {entry["cost_source"] for entry in record["attempts"]} == {"client"}
    rows = ledger_rows(mended.project)
    assert [row["cost_usd"] for row in rows if row["row"] == "attempt"] == [
        entry["cost_usd"] for entry in record["attempts"]
    ]


def test_when_the_top_fails_a_person_gets_a_report_and_nothing_is_touched(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = by_model(sonnet=writing(WRONG), opus=writing(WRONG_AGAIN))
    before = tree_of(project), git(project, "for-each-ref")

    done = subprocess.run(
        command(TASK, "--from", "mid"),
        cwd=project,
        env=run_environment(home, api.url),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 3
    assert "the top tier failed too, a person is needed" in done.stdout
    assert "AssertionError" in done.stdout and ".patch" in done.stdout
    assert (tree_of(project), git(project, "for-each-ref")) == before
    assert no_worktrees_left(project, home)


def test_work_that_is_one_answer_is_the_last_message_and_changes_nothing(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = by_model(
        haiku=lambda request: say("Mended it."),
        sonnet=lambda request: say("fix: add what is given"),
    )
    before = tree_of(project), git(project, "for-each-ref")

    ended = run(
        "Write the commit message",
        "--kind",
        "commit-message",
        "--from",
        "light",
        cwd=project,
        home=home,
        url=api.url,
    )

    assert (ended.code, ended.record["answer"], ended.record["branch"]) == (
        0,
        "fix: add what is given",
        None,
    )
    assert [entry["tier"] for entry in ended.record["attempts"]] == ["light", "light", "mid"]
    assert [gate["name"] for gate in ended.record["attempts"][-1]["gates"]] == [
        "diff",
        "commit-message",
    ]
    assert (tree_of(project), git(project, "for-each-ref")) == before
    assert not any("PLAN:" in request.text for request in api.requests)


def test_an_answer_that_comes_as_a_file_is_none_and_is_taken_back(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = by_model(
        haiku=writing("fix: add", name="MESSAGE"), sonnet=lambda request: say("fix: add")
    )

    ended = run(
        "Write the commit message",
        "--kind",
        "commit-message",
        "--from",
        "light",
        cwd=project,
        home=home,
        url=api.url,
    )

    assert (ended.code, ended.record["tier"], ended.record["answer"]) == (0, "mid", "fix: add")


def test_the_budget_ends_a_run_between_attempts(project: Path, home: Path, api: Loopback) -> None:
    api.main = by_model(sonnet=writing(WRONG), opus=writing(MENDED))

    ended = run(TASK, "--from", "mid", "--max-usd", "0.0006", cwd=project, home=home, url=api.url)

    assert ended.code == 3
    assert ended.record["stop"] == "budget-spent"
    assert len(ended.record["attempts"]) == 1
    assert not [request for request in api.requests if "opus" in request.model]


def test_the_client_stops_inside_an_attempt_that_outgrows_the_budget(
    project: Path, home: Path, api: Loopback
) -> None:
    from tierwise.verify.turns import ScriptedUsage

    api.main = lambda request: use(
        write(worktree_of(request) / f"new{request.turn}.py", "x = 1\n"),
        usage=ScriptedUsage(input=10_000),
    )

    ended = run(TASK, "--from", "mid", "--max-usd", "0.03", cwd=project, home=home, url=api.url)

    assert (ended.code, ended.record["stop"]) == (3, "budget-spent")
    # The first may not spend it all: half is left for the tier above.
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["budget", "budget"]
    assert not (project / "new0.py").exists()


def test_a_spawn_inside_an_attempt_is_routed_and_in_the_users_ledger(
    project: Path, home: Path, api: Loopback
) -> None:
    install = [sys.executable, "-m", "tierwise", "install"]
    subprocess.run(install, cwd=project, env=run_environment(home), check=True, capture_output=True)

    def answer(request: Request) -> ScriptedTurn | None:
        if request.turn == 0:
            return use(spawn("Explore", "Where is add() defined?", run_in_background=False))
        return (
            use(write(worktree_of(request) / "app.py", MENDED))
            if request.turn == 1
            else say("Done.")
        )

    api.main = answer

    ended = run(TASK, "--from", "frontier", cwd=project, home=home, url=api.url)

    assert ended.record["stop"] == "accepted", ended.progress
    assert api.routes()["Explore"][0] == "claude-haiku-5-5"
    spawns = [row for row in ledger_rows(project) if row["row"] == "decision"]
    assert [(row["agent"], row["tier"]) for row in spawns] == [("Explore", "light")]
    assert git(project, "show", "--name-only", "--format=", ended.record["branch"]) == "app.py\n"


def test_two_runs_at_once_do_not_meet(project: Path, home: Path, api: Loopback) -> None:
    api.main = writing(MENDED)
    runs = [
        subprocess.Popen(
            command(TASK, "--json"), cwd=project, env=run_environment(home, api.url), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]  # fmt: skip
    records = [json.loads(process.communicate(timeout=100)[0]) for process in runs]

    assert [process.returncode for process in runs] == [0, 0]
    assert len({record["branch"] for record in records}) == 2
    assert no_worktrees_left(project, home)
    assert len([row for row in ledger_rows(project) if row["row"] == "attempt"]) == 2

"""`tierwise run` with the real client where the API or the client itself fails, refuses or hangs."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    client_of,
    make_project,
    run,
    tree_of,
    worktree_of,
    writing,
)
from tests.support.stand_in import Loopback
from tests.support.turns import fail

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say

pytestmark = pytest.mark.client


@pytest.mark.parametrize(
    "turn", [fail(429), fail(529), fail(500), say("x").but(cut_after=40)], ids=str
)
def test_an_api_that_fails_once_is_no_failure_of_the_tier(
    project: Path, home: Path, api: Loopback, turn: ScriptedTurn
) -> None:
    seen: list[int] = []

    def answer(request: Request) -> ScriptedTurn | None:
        seen.append(1)
        return turn if len(seen) == 1 else writing(MENDED)(request)

    api.main = answer

    ended = run(TASK, "--from", "mid", cwd=project, home=home, url=api.url)

    assert ended.code == 0
    assert ended.record["tier"] == "mid"


def test_an_api_that_is_down_ends_the_run_with_code_4(project: Path, home: Path) -> None:
    before = tree_of(project)

    ended = run(TASK, cwd=project, home=home, more={"CLAUDE_CODE_MAX_RETRIES": "1"})

    assert (ended.code, ended.record["stop"]) == (4, "unavailable")
    assert len(ended.record["attempts"]) == 2
    assert tree_of(project) == before


def test_a_client_that_is_not_logged_in_ends_the_run_at_once_and_says_so(
    project: Path, home: Path
) -> None:
    ended = run(TASK, "--from", "light", cwd=project, home=home, more={"ANTHROPIC_API_KEY": ""})

    assert (ended.code, ended.record["stop"]) == (4, "unavailable")
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["refused"]
    assert "Please run /login" in ended.record["detail"]


@pytest.mark.parametrize(("status", "asked"), [(401, ["mid"]), (404, ["mid", "frontier"])])
def test_what_the_api_would_refuse_again_is_not_asked_again(
    project: Path, home: Path, api: Loopback, status: int, asked: list[str]
) -> None:
    """A login that is refused is refused everywhere; a model that is not found leaves its tier alone."""
    api.main = lambda request: fail(status)

    ended = run(
        TASK, "--from", "mid", cwd=project, home=home, url=api.url, more={"CLAUDE_CODE_MAX_RETRIES": "0"}
    )  # fmt: skip

    attempts = ended.record["attempts"]
    assert (ended.code, {entry["stop"] for entry in attempts}) == (4, {"refused"})
    assert [entry["tier"] for entry in attempts] == asked


def test_a_context_that_the_tier_refuses_as_too_long_goes_straight_up(
    project: Path, home: Path, api: Loopback
) -> None:
    too_long = fail(
        400, error="invalid_request_error: prompt is too long: 250000 tokens > 200000 maximum"
    )
    api.main = lambda request: too_long if "haiku" in request.model else writing(MENDED)(request)

    ended = run(TASK, "--from", "light", cwd=project, home=home, url=api.url)

    assert ended.code == 0, ended.progress
    assert [(entry["tier"], entry["stop"]) for entry in ended.record["attempts"]] == [
        ("light", "too-long"),
        ("mid", "done"),
    ]


@pytest.mark.parametrize(
    ("turn", "stop"),
    [
        (fail(413), "too-long"),
        (say("No.").but(stop_reason="refusal"), "refused"),
        (say("On and on").but(stop_reason="max_tokens"), "truncated"),
    ],
    ids=["413", "refusal", "max_tokens"],
)
def test_what_one_model_meets_leaves_its_tier_only(
    project: Path, home: Path, api: Loopback, turn: ScriptedTurn, stop: str
) -> None:
    api.main = lambda request: turn if "haiku" in request.model else writing(MENDED)(request)

    ended = run(
        TASK, "--from", "light", cwd=project, home=home, url=api.url, more={"CLAUDE_CODE_MAX_RETRIES": "0"}
    )  # fmt: skip

    attempts = [(entry["tier"], entry["stop"]) for entry in ended.record["attempts"]]
    assert (ended.code, attempts) == (0, [("light", stop), ("mid", "done")]), ended.progress


def test_a_slow_api_is_ended_by_the_attempts_time_limit(
    tmp_path: Path, newest_client: Client, home: Path, api: Loopback
) -> None:
    project = make_project(
        tmp_path / "slow", newest_client.path, "  attempt_seconds: 2\n  attempts: 1\n"
    )
    api.main = lambda request: say("late").but(delay=30)

    ended = run(TASK, "--from", "frontier", cwd=project, home=home, url=api.url)

    assert ended.code == 3
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["timeout"]


def test_a_killed_client_is_followed_by_a_fresh_attempt(
    project: Path, home: Path, api: Loopback
) -> None:
    first: list[int] = []

    def answer(request: Request) -> ScriptedTurn | None:
        if not first:
            first.append(1)
            os.kill(client_of(worktree_of(request)), signal.SIGKILL)
        return writing(MENDED)(request)

    api.main = answer

    ended = run(TASK, "--from", "mid", cwd=project, home=home, url=api.url)

    assert ended.code == 0
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["killed", "done"]
    assert {entry["tier"] for entry in ended.record["attempts"]} == {"mid"}

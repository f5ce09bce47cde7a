"""OpenAI-compatible tiers, and the race between a local tier and the next."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.support.cascade import (
    CHAT_USAGE,
    MENDED,
    TASK,
    add_local,
    chat,
    no_worktrees_left,
    run,
    writing,
)
from tests.support.json_api import Call, JsonApi, Reply
from tests.support.repository import git

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Loopback
from tierwise.verify.turns import Turn, say

WRONG = "def add(a, b):\n    return a * b\n"


def test_a_local_endpoint_is_a_tier_like_any_other(tmp_path: Path, home: Path) -> None:
    with JsonApi(lambda call: chat(MENDED)) as server:
        project = add_local(tmp_path / "project", server.url)
        ended = run(
            TASK, "--from", "local", "--to", "local", "--engine", "openai", "--path", "app.py", cwd=project, home=home,
            more={"LOCAL_KEY": "k"},
        )  # fmt: skip
    assert ended.code == 0
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert server.calls[0].path == "/v1/chat/completions"
    assert server.calls[0].headers["authorization"] == "Bearer k"
    assert "return a - b" in server.calls[0].body["messages"][1]["content"]
    assert ended.record["attempts"][0]["cost_source"] == "unpriced"


def test_a_price_of_the_policy_is_counted(tmp_path: Path, home: Path) -> None:
    with JsonApi(lambda call: chat(MENDED)) as server:
        project = add_local(
            tmp_path / "project", server.url, price="prices:\n  qwen: {input: 1, output: 2}\n"
        )
        ended = run(
            TASK, "--from", "local", "--to", "local", "--engine", "openai", cwd=project, home=home
        )
    assert ended.record["cost_usd"] == pytest.approx(1000 * 1e-6 + 100 * 2e-6)


def test_a_local_tier_beside_claude_code_answers_work_that_is_one_answer(
    tmp_path: Path, home: Path, newest_client: Client
) -> None:
    answer: Reply = {
        "model": "qwen",
        "choices": [{"message": {"content": "fix: add"}}],
        "usage": CHAT_USAGE,
    }
    with JsonApi(lambda call: answer) as server:
        project = add_local(tmp_path / "project", server.url, newest_client.path)
        ended = run(
            "Write the commit message", "--kind", "commit-message", "--from", "local", cwd=project, home=home,
            more={"LOCAL_KEY": "k"},
        )  # fmt: skip
    assert (ended.code, ended.record["tier"], ended.record["answer"]) == (0, "local", "fix: add")
    assert "=== FILE" not in json.dumps(server.calls[0].body)


BROKEN_REPLIES: dict[str, Reply] = {
    "500": 500, "not-json": b"not json", "a-list": b"[]", "no-choices": {"choices": []}, "text": {"choices": ["x"]},
}  # fmt: skip


@pytest.mark.parametrize("reply", BROKEN_REPLIES.values(), ids=BROKEN_REPLIES)
def test_an_endpoint_that_is_broken_ends_the_run_with_code_4(
    tmp_path: Path, home: Path, reply: Reply
) -> None:
    with JsonApi(lambda call: reply) as server:
        project = add_local(tmp_path / "project", server.url)
        ended = run(
            TASK, "--from", "local", "--to", "local", "--engine", "openai", cwd=project, home=home
        )
    assert (ended.code, ended.record["stop"]) == (4, "unavailable")


@pytest.mark.client
def test_in_a_race_the_local_result_is_taken_when_it_passes_and_both_are_paid(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    api.main = writing(MENDED + "\n\n# from the cloud\n")

    def slow(call: Call) -> Reply:
        while len(api.requests) < 3:  # until the cloud has finished
            time.sleep(0.02)
        return chat(MENDED)

    with JsonApi(slow) as server:
        project = add_local(
            tmp_path / "project",
            server.url,
            newest_client.path,
            "prices:\n  qwen: {input: 1, output: 2}\n",
        )
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)

    costs = {entry["tier"]: entry["cost_usd"] for entry in ended.record["attempts"]}
    assert (ended.code, ended.record["tier"]) == (0, "local")
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert costs["local"] == pytest.approx(0.0012)
    assert costs["mid"] > 0
    assert ended.record["cost_usd"] == pytest.approx(sum(costs.values()))
    assert no_worktrees_left(project, home)


@pytest.mark.client
def test_in_a_race_the_other_result_is_taken_when_the_local_one_fails(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    api.main = writing(MENDED)
    with JsonApi(lambda call: chat(WRONG)) as server:
        project = add_local(tmp_path / "project", server.url, newest_client.path)
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)
    assert (ended.code, ended.record["tier"]) == (0, "mid")
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert {entry["tier"]: entry["accepted"] for entry in ended.record["attempts"]} == {
        "local": False,
        "mid": True,
    }


@pytest.mark.client
def test_a_passing_local_result_stops_the_other_racer(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    def endless(request: object) -> Turn:
        return say("late").but(delay=60)

    api.main = endless
    with JsonApi(lambda call: chat(MENDED)) as server:
        project = add_local(tmp_path / "project", server.url, newest_client.path)
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)
    assert ended.record["tier"] == "local"
    assert {entry["tier"]: entry["stop"] for entry in ended.record["attempts"]} == {
        "local": "done",
        "mid": "cancelled",
    }

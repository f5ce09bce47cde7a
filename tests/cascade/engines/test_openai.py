"""Attempts by an OpenAI-compatible endpoint."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import (
    CHAT_USAGE,
    MENDED,
    TASK,
    add_local,
    chat,
    order_for,
    run,
)
from tests.support.json_api import JsonApi, Reply
from tests.support.repository import git

from tierwise.cascade.engines.openai import openai_engine
from tierwise.cascade.model import LEAVING_STOPS, TierSpec
from tierwise.verify.client import Client

pytestmark = pytest.mark.slow
REPLIES: dict[str, tuple[Reply, str]] = {
    "too large": (413, "too-long"),
    "cut off": ({"choices": [{"finish_reason": "length", "message": {"content": "x"}}]}, "truncated"),
    "filtered": ({"choices": [{"finish_reason": "content_filter", "message": {}}]}, "refused"),
    "refusal": ({"choices": [{"message": {"refusal": "No."}}]}, "refused"),
    "no model": (404, "refused"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "stop"), REPLIES.values(), ids=REPLIES)
def test_what_an_endpoint_says_of_one_model_is_meant_of_its_tier_only(
    tmp_path: Path, reply: Reply, stop: str
) -> None:
    with JsonApi(lambda call: reply) as server:
        spec = TierSpec("local", "qwen", provider="openai", base_url=server.url)
        answer = openai_engine(lambda model, usage: None)(
            order_for(tmp_path, spec), lambda line: None
        )
    assert (answer.stop, answer.for_all) == (stop, False)
    assert answer.stop in LEAVING_STOPS


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

"""``tierwise replay`` on transcripts as the client writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.reference import find_unnamed

from tierwise.cli import run

USAGE = {"input_tokens": 10, "output_tokens": 1000, "cache_creation_input_tokens": 20_000}


def write_session(root: Path) -> None:
    """Two turns on Opus; the second commits."""
    folder = root / "projects" / "-app"
    folder.mkdir(parents=True)
    lines = [
        said("2026-11-02T10:00:00.000Z", "add a --since option to report"),
        answered(
            "2026-11-02T10:00:10.000Z", "m1", {"name": "Edit", "input": {"file_path": "a.py"}}
        ),
        said("2026-11-02T10:01:00.000Z", "commit this"),
        answered(
            "2026-11-02T10:01:09.000Z", "m2", {"name": "Bash", "input": {"command": "git push"}}
        ),
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "5b5a2e36-0000-4000-8000-000000000001.jsonl").write_text(text + "\n")


def said(time: str, text: str) -> dict[str, object]:
    return {"type": "user", **common(time), "message": {"role": "user", "content": text}}


def answered(time: str, name: str, tool: dict[str, object]) -> dict[str, object]:
    content = [{"type": "tool_use", "id": f"t-{name}", **tool}]
    message = {"id": name, "model": "claude-opus-5-5", "content": content, "usage": USAGE}
    return {"type": "assistant", **common(time), "requestId": f"r-{name}", "message": message}


def common(time: str) -> dict[str, object]:
    return {"uuid": time, "timestamp": time, "sessionId": "5b5a2e36", "cwd": "/app"}


@pytest.fixture
def history(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(repository)
    write_session(tmp_path / "client")
    return tmp_path / "client"


def replay(history: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert run(["replay", "--root", str(history), "--no-store", *options]) == 0
    return capsys.readouterr().out


def test_it_prints_the_plans_beside_each_other_and_what_turns_did(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = replay(history, capsys)
    assert "Conversations: 1, turns: 2" in out
    assert "session router" in out
    assert "all frontier" in out
    assert "code-in-one-file" in out
    assert "operations" in out
    assert "0% to 0%" not in out


def test_on_the_recorded_tier_the_replay_is_the_recorded_cost(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = json.loads(replay(history, capsys, "--json"))
    assert find_unnamed(answer, "cli.md") == []
    plans = {plan["plan"]: plan for plan in answer["plans"]}
    assert plans["all frontier"]["usd_low"] == pytest.approx(answer["recorded_usd"])
    assert plans["all frontier"]["usd_high"] == pytest.approx(answer["recorded_usd"])
    assert plans["all mid"]["usd_low"] < answer["recorded_usd"]


def test_a_start_that_is_no_tier_is_refused(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["replay", "--root", str(history), "--no-store", "--start", "turbo"]) == 2
    assert "turbo is not a tier" in capsys.readouterr().err


def test_no_text_of_a_conversation_is_printed(
    history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "--since option" not in replay(history, capsys, "--json")


def test_without_conversations_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty" / "projects").mkdir(parents=True)
    assert "No conversation was found" in replay(tmp_path / "empty", capsys)

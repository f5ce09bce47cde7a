"""Rows joined into spawns: what was asked, decided, written, served."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event
from tests.support.trust import trust

from tierwise import ledger
from tierwise.routing.audit import AuditedSpawn, compliance, join_rows, same_model
from tierwise.transcripts.served import read_agent


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, "extends: balanced\nmode: manual\n")
    return repository


def spawns(root: Path) -> dict[str, AuditedSpawn]:
    return {spawn.tool_use_id: spawn for spawn in join_rows(ledger.read(str(root)))}


def message(number: int, model: str, effort: str | None, output: int) -> dict[str, Any]:
    usage = {
        "input_tokens": 10,
        "output_tokens": output,
        "cache_read_input_tokens": 3,
        "cache_creation_input_tokens": 2,
    }
    content = [{"type": "text", "text": "done"}]
    line = {
        "type": "assistant",
        "message": {"id": f"msg_{number}", "model": model, "content": content, "usage": usage},
    }
    return {**line, "effort": effort} if effort else line


def transcript(root: Path, agent_id: str, call: str, *lines: dict[str, Any]) -> Path:
    """A subagent's transcript and its meta.json, where the client puts them for the session ``t.jsonl``."""
    folder = root / "t" / "subagents"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"agent-{agent_id}.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    meta = {"agentType": "Explore", "toolUseId": call, "spawnDepth": 1}
    path.with_suffix(".meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return path


def served(root: Path, call: str, agent_id: str, model: str, **more: Any) -> dict[str, Any]:
    reply = {"agentId": agent_id, "resolvedModel": model, "status": "completed", **more}
    return event(
        "PostToolUse", root, tool_name="Agent", tool_input={}, tool_use_id=call, tool_response=reply
    )


def stopped(root: Path, agent_id: str, path: Path, last: str = "done") -> dict[str, Any]:
    names = {
        "last_assistant_message": last,
        "agent_id": agent_id,
        "agent_type": "Explore",
        "agent_transcript_path": str(path),
    }
    return event("SubagentStop", root, **names, effort={"level": "medium"})


def test_the_events_of_one_spawn_meet_in_one_record(root: Path) -> None:
    path = transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", "medium", 7))
    ask(spawn_event(root, 1))
    ask(event("SubagentStart", root, agent_id="a1", agent_type="Explore"))
    ask(served(root, "toolu_0001", "a1", "claude-haiku-5-5", totalTokens=22, totalDurationMs=140))
    ask(stopped(root, "a1", path))
    (spawn,) = join_rows(ledger.read(str(root)))
    assert (spawn.agent, spawn.agent_id, spawn.outcome) == ("Explore", "a1", "followed")
    assert (spawn.served_model, spawn.served_effort) == ("claude-haiku-5-5", "medium")
    assert (spawn.total_tokens, spawn.duration_ms, spawn.tokens["output_tokens"]) == (22, 140, 7)


def test_the_order_of_the_events_does_not_matter(root: Path) -> None:
    path = transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", "medium", 7))
    ask(event("SubagentStart", root, agent_id="a1", agent_type="Explore"))
    ask(stopped(root, "a1", path))
    ask(served(root, "toolu_0001", "a1", "claude-haiku-5-5"))
    ask(spawn_event(root, 1))
    assert [spawn.outcome for spawn in join_rows(ledger.read(str(root)))] == ["followed"]


def test_an_event_seen_by_two_wirings_is_one_row(root: Path) -> None:
    path = transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", None, 7))
    for _ in range(2):
        ask(event("SubagentStart", root, agent_id="a1"))
        ask(served(root, "toolu_0001", "a1", "claude-haiku-5-5"))
        ask(stopped(root, "a1", path))
        ask(event("SessionEnd", root, reason="other"))
    assert [row["row"] for row in ledger.read(str(root))] == ["start", "served", "stop", "session"]


def test_an_agent_sent_back_to_work_counts_with_its_last_stop(root: Path) -> None:
    path = transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", None, 7))
    ask(stopped(root, "a1", path, "done"))
    path = transcript(
        root, "a1", "toolu_0001", *(message(n, "claude-haiku-5-5", None, 7) for n in (1, 2))
    )
    ask(stopped(root, "a1", path, "really done"))
    assert len(rows(root, "stop")) == 2
    assert spawns(root)["toolu_0001"].tokens["output_tokens"] == 14


def test_a_stop_told_before_the_last_line_was_written_is_read_again(root: Path) -> None:
    ask(spawn_event(root, 1))
    path = transcript(root, "a1", "toolu_0001")
    ask(stopped(root, "a1", path))
    assert rows(root, "stop")[0]["complete"] is False
    transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", "medium", 7))
    found = spawns(root)["toolu_0001"]
    assert (found.outcome, found.tokens["output_tokens"]) == ("followed", 7)


def test_what_a_killed_hook_left_open_is_read_from_the_transcript(root: Path) -> None:
    ask(spawn_event(root, 1))
    assert spawns(root)["toolu_0001"].outcome == "unseen"
    transcript(root, "a1", "toolu_0001", message(1, "claude-opus-5-5", "high", 7))
    assert spawns(root)["toolu_0001"].outcome == "not-followed"


def test_an_agent_that_no_hook_saw_is_unrouted(root: Path) -> None:
    ask(spawn_event(root, 1))
    transcript(root, "a2", "toolu_none", message(1, "claude-opus-5-5", "high", 7))
    found = spawns(root)["toolu_none"]
    assert (found.outcome, found.agent, found.served_model) == (
        "unrouted",
        "Explore",
        "claude-opus-5-5",
    )


def test_a_refused_spawn_is_neither_followed_nor_broken(root: Path) -> None:
    compiled(root, "extends: balanced\nautomated:\n  lint: ruff check .\n")
    trust(root)
    ask(
        spawn_event(
            root, 1, subagent_type="general-purpose", prompt="Run the linter.", description="lint"
        )
    )
    (spawn,) = join_rows(ledger.read(str(root)))
    assert spawn.outcome == "denied"
    assert compliance([spawn]).rate is None


def test_compliance_counts_what_was_served_as_decided(root: Path) -> None:
    for number, model in enumerate(
        ("claude-haiku-5-5", "claude-haiku-4-5-20251001", "claude-opus-5-5", None)
    ):
        ask(spawn_event(root, number))
        if model:
            ask(served(root, f"toolu_{number:04d}", f"a{number}", model))
    counted = compliance(join_rows(ledger.read(str(root))))
    assert (counted.followed, counted.served) == (2, 3)


def test_a_lower_effort_than_decided_is_not_followed(root: Path) -> None:
    ask(spawn_event(root, 1))
    transcript(root, "a1", "toolu_0001", message(1, "claude-haiku-5-5", "low", 7))
    assert spawns(root)["toolu_0001"].outcome == "not-followed"


@pytest.mark.parametrize(
    ("decided", "served_as", "same"),
    [
        ("haiku", "claude-haiku-4-5-20251001", True),
        ("opus", "claude-opus-5-5[1m]", True),
        ("opus", "claude-sonnet-5", False),
        ("claude-haiku-4-5", "claude-haiku-4-5-20251001", True),
        ("claude-haiku-4-5-20251001", "claude-haiku-5-5", False),
        (None, "claude-haiku-5-5", True),
    ],
)
def test_an_alias_means_any_version_of_its_family(
    decided: str | None, served_as: str, same: bool
) -> None:
    assert same_model(decided, served_as) is same


def test_a_message_on_several_lines_counts_once_with_its_largest_numbers(tmp_path: Path) -> None:
    path = tmp_path / "agent-a.jsonl"
    lines = [message(1, "claude-sonnet-5", None, 1), message(1, "claude-sonnet-5", "low", 40), {"type": "user"},
             message(2, "claude-sonnet-5", "low", 5), {**message(3, "<synthetic>", None, 9)}]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_bytes(text.encode() + b'\xff\xfe "assistant" "usage"\n{"type":"assistant","usage":')
    found = read_agent(str(path))
    assert (found["model"], found["effort"], found["calls"]) == ("claude-sonnet-5", "low", 2)
    assert found["tokens"]["output_tokens"] == 45
    assert found["tokens"]["input_tokens"] == 20


def test_a_transcript_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_agent(str(tmp_path / "none.jsonl")) == {}

"""Session records of Codex, written line by line in the shapes that its versions write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = "019fa100-0000-7000-8000-000000000001"
FORK = "019fa200-0000-7000-8000-000000000002"
SECOND_FORK = "019fa300-0000-7000-8000-000000000003"
EARLY_TURN = "019fa100-0001-7000-8000-00000000000a"
LATE_TURN = "019fa300-0001-7000-8000-00000000000b"

Line = dict[str, Any]


def make_meta(thread: str, **fields: Any) -> Line:
    """The first line of a thread's file."""
    payload = {
        "id": thread,
        "cwd": "/repo",
        "cli_version": "0.145.0",
        "source": "cli",
        "git": {"branch": "main"},
        **fields,
    }
    return {"type": "session_meta", "payload": payload}


def make_subagent(thread: str, parent: str, role: str | None, **fields: Any) -> Line:
    """The first line of a spawned agent's file."""
    spawn = {"parent_thread_id": parent, "agent_role": role}
    source = {"subagent": {"thread_spawn": spawn}}
    return make_meta(thread, parent_thread_id=parent, source=source, **fields)


def begin_turn(turn: str = EARLY_TURN, model: str = "gpt-6-luna", effort: str = "low") -> Line:
    """What a turn's calls are made with."""
    return {
        "type": "turn_context",
        "payload": {"turn_id": turn, "model": model, "effort": effort},
    }


def make_tokens(prompt: int, cached: int, output: int, reasoning: int = 0) -> dict[str, int]:
    """Tokens as Codex writes them: the prompt holds what the cache gave, the output the reasoning."""
    return {
        "input_tokens": prompt,
        "cached_input_tokens": cached,
        "output_tokens": output,
        "reasoning_output_tokens": reasoning,
        "total_tokens": prompt + output,
    }


def make_count(total: dict[str, int], last: dict[str, int]) -> Line:
    """A ``token_count``."""
    info = {"total_token_usage": total, "last_token_usage": last}
    return {"type": "event_msg", "payload": {"type": "token_count", "info": info}}


def make_row(thread: str, total: dict[str, int], last: dict[str, int]) -> Line:
    """A ``token_usage_record``."""
    payload = {"thread_id": thread, "usage": last, "thread_token_usage": total}
    return {"type": "token_usage_record", "payload": payload}


def note_spawn(kind: str, call: str, thread: str) -> Line:
    """What a parent's file tells of a call that began an agent's thread, by the first or second kind of agents."""
    items = {
        "V1": {
            "type": "CollabAgentToolCall",
            "tool": "spawn_agent",
            "receiver_thread_ids": [thread],
        },
        "V2": {"type": "SubAgentActivity", "kind": "started", "agent_thread_id": thread},
    }
    return note_item({"id": call, "model": "gpt-6-luna", **items[kind]})


def note_item(item: dict[str, Any]) -> Line:
    """An item of a turn that is completed."""
    return {"type": "event_msg", "payload": {"type": "item_completed", "item": item}}


def write_rollout(home: Path, thread: str, lines: list[Line], second: int = 0) -> Path:
    """Write a thread's file, a line a second from ``second`` of 09:00 UTC on."""
    folder = home / "sessions" / "2026" / "11" / "20"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"rollout-2026-11-20T09-00-{second:02}-{thread}.jsonl"
    with path.open("w", encoding="utf-8") as handle:
        for index, line in enumerate(lines):
            stamp = f"2026-11-20T09:00:{second + index:02}.000Z"
            handle.write(json.dumps({"timestamp": stamp, **line}) + "\n")
    return path

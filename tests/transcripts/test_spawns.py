"""Spawns in a transcript."""

from __future__ import annotations

import json

from tierwise.transcripts.spawns import collect_spawns


def line(name: str, call: dict[str, object], id: str = "t1") -> bytes:
    block = {"type": "tool_use", "id": id, "name": name, "input": call}
    message = {"role": "assistant", "content": [block]}
    return json.dumps(
        {"type": "assistant", "timestamp": "2026-11-01T10:00:00.000Z", "message": message}
    ).encode()


def test_each_call_for_a_subagent_is_read_once() -> None:
    call = {"subagent_type": "Explore", "description": "Find it", "prompt": "Where is it?"}
    lines = [line("Agent", call), line("Agent", call), line("Task", {"prompt": "Do it"}, "t2")]
    found = list(collect_spawns(lines))
    assert [(one.agent, one.text) for one in found] == [
        ("Explore", "Find it\nWhere is it?"),
        ("general-purpose", "Do it"),
    ]
    assert found[0].started == "2026-11-01T10:00:00.000Z"


def test_other_tools_and_damaged_lines_are_passed_over() -> None:
    lines = [
        line("WebFetch", {"prompt": "x"}),
        line("Agent", {"prompt": 3}),
        b'{"tool_use" "prompt"',
        b"\xff",
    ]
    assert list(collect_spawns(lines)) == []

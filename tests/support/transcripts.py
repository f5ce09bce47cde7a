"""Single lines of transcripts as clients of every era write them, for fixtures that are reckoned by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MODELS = (
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5",
    "claude-haiku-4-5-20251001",
    "claude-sonnet-4-20250514",
    "claude-fable-5-2",
    "claude-unheard-of-9",
)


@dataclass(frozen=True)
class Call:
    """One real API call."""

    id: str
    session: str
    model: str = "claude-opus-5-5"
    at: int = 1_790_000_000
    """Seconds since 1970."""
    agent: str = ""
    """The subagent's type; empty in the main conversation."""
    agent_id: str = ""
    input: int = 0
    output: int = 0
    write_5m: int = 0
    write_1h: int = 0
    read: int = 0
    searches: int = 0
    fast: bool = False
    us: bool = False
    finalised: bool = True
    """Whether the client ever wrote the final usage; else ``output`` is what its snapshot said."""
    inside: tuple[tuple[str, str, int, int], ...] = ()
    """Calls made inside this one: iteration type, model, input, output."""


@dataclass
class Truth:
    """What a reader must find."""

    calls: dict[str, Call] = field(default_factory=dict)
    rows: int = 0
    damaged: int = 0
    bills: dict[str, float] = field(default_factory=dict)

    def total(self, name: str) -> int:
        """The sum of one class over all calls, those inside others included."""
        inside = {"input": 2, "output": 3}.get(name)
        return sum(
            getattr(call, name) + (sum(item[inside] for item in call.inside) if inside else 0)
            for call in self.calls.values()
        )


def stamp(seconds: int) -> str:
    """The client's way to write a time."""
    from datetime import datetime, timezone

    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def usage(call: Call, *, split: bool = True, output: int | None = None) -> dict[str, Any]:
    """The ``usage`` of a call; ``split`` states the lifetimes of cache writes."""
    told: dict[str, Any] = {
        "input_tokens": call.input,
        "output_tokens": call.output if output is None else output,
        "cache_creation_input_tokens": call.write_5m + call.write_1h,
        "cache_read_input_tokens": call.read,
        "service_tier": "standard",
    }
    if split:
        told["cache_creation"] = {
            "ephemeral_5m_input_tokens": call.write_5m,
            "ephemeral_1h_input_tokens": call.write_1h,
        }
        told["server_tool_use"] = {"web_search_requests": call.searches, "web_fetch_requests": 0}
        told["speed"] = "fast" if call.fast else "standard"
        told["inference_geo"] = "us" if call.us else "not_available"
        told["iterations"] = [
            {"type": kind, "model": model, "input_tokens": number, "output_tokens": out}
            for kind, model, number, out in call.inside
        ]
    return told


def row(
    call: Call, *, block: int = 0, told: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """One ``assistant`` line of a call; ``changes`` replace top-level keys, None removes one."""
    content: dict[str, Any] = {"type": "tool_use", "id": f"toolu_{call.id}_{block}", "name": "Edit"}
    content["input"] = {
        "id": None,
        "model": None,
        "usage": {"input_tokens": 999_999_999},
        "text": 'a "usage": {',
    }
    line: dict[str, Any] = {
        "parentUuid": None,
        "isSidechain": bool(call.agent_id),
        "agentId": call.agent_id or None,
        "message": {
            "id": call.id,
            "type": "message",
            "role": "assistant",
            "model": call.model,
            "content": [content],
            "stop_reason": "tool_use" if call.finalised else None,
            "usage": usage(call) if told is None else told,
        },
        "requestId": f"req_{call.id}",
        "attributionAgent": call.agent or None,
        "type": "assistant",
        "uuid": f"uuid-{call.id}-{block}",
        "timestamp": stamp(call.at),
        "effort": "medium",
        "cwd": "/home/me/project",
        "sessionId": call.session,
        "version": "2.1.329",
        "gitBranch": "main",
    }
    line |= changes
    return {key: value for key, value in line.items() if value is not None or key == "parentUuid"}


def agent_result(session: str, agent_id: str, agent: str, tool_use_id: str) -> dict[str, Any]:
    """The user line with an ``Agent`` call's result: a decoy of usage, and the agent's type."""
    return {
        "type": "user",
        "sessionId": session,
        "timestamp": stamp(1_790_000_000),
        "message": {
            "role": "user",
            "content": [{"tool_use_id": tool_use_id, "type": "tool_result", "content": "done"}],
        },
        "toolUseResult": {
            "status": "completed",
            "agentId": agent_id,
            "agentType": agent,
            "totalTokens": 12345,
            "usage": {"input_tokens": 12000, "output_tokens": 345},
        },
    }


def progress(call: Call) -> dict[str, Any]:
    """The parent's ``agent_progress`` copy of a subagent's line."""
    copy = row(call)
    return {
        "type": "progress",
        "isSidechain": False,
        "sessionId": call.session,
        "timestamp": stamp(call.at + 1),
        "data": {
            "type": "agent_progress",
            "agentId": call.agent_id,
            "message": {
                key: copy[key] for key in ("type", "message", "requestId", "uuid", "timestamp")
            },
        },
    }


def cost_state(session: str, dollars: float) -> dict[str, Any]:
    """A session's own bill."""
    model = {"inputTokens": 1, "outputTokens": 1, "costUSD": dollars}
    return {
        "type": "cost-state",
        "sessionId": session,
        "totalCostUSD": dollars,
        "modelUsage": {"claude-opus-5-5": model},
    }


def encode(line: dict[str, Any], *, spaced: bool = False) -> bytes:
    """A line's bytes, compact as the client writes it, or with the spaces other writers leave."""
    return (
        json.dumps(line, ensure_ascii=False, separators=None if spaced else (",", ":")).encode()
        + b"\n"
    )


def write(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    """Append lines to a file, its folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        handle.writelines(line if isinstance(line, bytes) else encode(line) for line in lines)
    return path


def project(root: Path, name: str = "-work-project") -> Path:
    """The folder of one project's transcripts."""
    return root / "projects" / name


def meta(path: Path, agent: str, tool_use_id: str = "toolu_1") -> None:
    """Write the ``.meta.json`` beside a subagent's transcript."""
    told = {"agentType": agent, "toolUseId": tool_use_id, "spawnDepth": 1}
    path.with_suffix(".meta.json").write_text(json.dumps(told), encoding="utf-8")

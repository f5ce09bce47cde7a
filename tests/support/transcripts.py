"""Transcripts of every era and quirk that the field has seen, with their ground truth.

:func:`write_world` fills a folder from a seed and returns what was really called; how it was written down (rows a
call, copies, damage, spacing) is drawn apart from it, so the truth owes nothing to the reader under test.  The
functions below it write single lines, for fixtures that are reckoned by hand.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
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


def write_world(root: Path, seed: int, sessions: int = 5, calls: int = 12) -> Truth:
    """Fill ``root`` with sessions of all eras; every quirk falls on some of them."""
    rng = random.Random(seed)
    truth = Truth()
    for number in range(sessions):
        _write_session(root, rng, truth, f"session-{seed}-{number}", calls)
    _write_noise(root, rng, truth)
    return truth


def _write_session(root: Path, rng: random.Random, truth: Truth, session: str, calls: int) -> None:
    folder = project(root, f"-work-{rng.randrange(3)}")
    main = folder / f"{session}.jsonl"
    mine = [
        _draw(rng, f"msg_{session}_{index}", session, 1_790_000_000 + index * 60)
        for index in range(calls)
    ]
    for call in mine:
        _tell(main, call, rng, truth, finals=True)
        for line in _between(rng, truth, call):
            write(main, line)
    for index in range(rng.randrange(4)):
        _write_agent(folder, main, rng, truth, session, index)
    if rng.random() < 0.5:
        _fork(folder, main, rng, truth, session, mine)
    if rng.random() < 0.5:
        _replay(folder, rng, truth, session, mine)
    if rng.random() < 0.7:
        for dollars in (0.25, 1.5):
            write(main, cost_state(session, dollars))
        truth.bills[session] = 1.5
    if rng.random() < 0.3:  # the client died while it wrote its last line
        truth.damaged += 1
        with main.open("ab") as handle:
            handle.write(encode(row(mine[0]))[: rng.randrange(40, 200)])


def _draw(
    rng: random.Random, name: str, session: str, at: int, agent: str = "", agent_id: str = ""
) -> Call:
    call = Call(
        name,
        session,
        rng.choice(MODELS),
        at,
        agent,
        agent_id,
        input=rng.randrange(1, 3000),
        output=rng.randrange(10, 4000),
        write_5m=rng.choice((0, rng.randrange(20_000))),
        write_1h=rng.choice((0, 0, rng.randrange(20_000))),
        read=rng.choice((0, rng.randrange(150_000))),
        searches=rng.choice((0, 0, 0, 2)),
        fast=rng.random() < 0.1,
        us=rng.random() < 0.1,
    )
    if rng.random() < 0.15:
        call = replace(call, inside=(("advisor_message", "claude-fable-5-2", 700, 90),))
    elif rng.random() < 0.1:
        call = replace(call, inside=(("compaction", call.model, 5000, 400),))
    if agent_id and rng.random() < 0.2:
        call = replace(call, output=rng.randrange(1, 9), finalised=False)
    return call


def _tell(path: Path, call: Call, rng: random.Random, truth: Truth, *, finals: bool) -> None:
    """Write a call as the clients do: one to three rows, early ones perhaps with a snapshot or without a split."""
    truth.calls[call.id] = call
    spaced, blocks = rng.random() < 0.15, rng.randint(1, 3)
    for block in range(blocks):
        line = row(call, block=block)
        early = block < blocks - 1
        if early and call.finalised and rng.random() < (0.2 if finals else 0.6):
            line["message"] |= {"usage": usage(call, output=1), "stop_reason": None}
        elif (
            early
            and not call.write_1h
            and not call.searches
            and not call.inside
            and rng.random() < 0.3
        ):
            line["message"]["usage"] = usage(call, split=False)
        if rng.random() < 0.2:
            del line["requestId"]
        if block and not early and rng.random() < 0.2:
            line["message"]["content"][0]["input"]["text"] = "x" * 6000
        write(path, encode(line, spaced=spaced))
    truth.rows += blocks


def _between(rng: random.Random, truth: Truth, call: Call) -> Iterator[dict[str, Any] | bytes]:
    """Lines that tell of no call."""
    shapes: list[Callable[[], dict[str, Any] | bytes]] = [
        lambda: {
            "parentUuid": None,
            "isSidechain": False,
            "attachment": {"type": "x", "content": "y" * 5000},
        },
        lambda: {"type": "ai-title", "title": "usage", "sessionId": call.session},
        lambda: {"type": "system", "subtype": "informational", "message": "a text", "usage": None},
        lambda: {"type": "a-type-of-tomorrow", "usage": {"input_tokens": 5}},
        lambda: agent_result(call.session, "a-decoy", "Explore", "toolu_9"),
        lambda: row(replace(call, id="", model="<synthetic>")),
        lambda: b"\n",
    ]
    yield rng.choice(shapes)()
    if rng.random() < 0.1:
        truth.damaged += 1
        yield rng.choice(
            (b'{"type":"assistant","message":{"usage":{"inp\n', b"not json\n", b"\x00\x00\x00\n")
        )
    if rng.random() < 0.1:  # a byte that is no UTF-8, in a line that can be read all the same
        other = replace(
            call, id=f"{call.id}_latin", inside=(), finalised=True, model="claude-opus-5-5"
        )
        truth.calls[other.id] = other
        truth.rows += 1
        yield encode(row(other, cwd="/home/me/caf@@")).replace(b"@@", b"\xe9")


def _write_agent(
    folder: Path, main: Path, rng: random.Random, truth: Truth, session: str, index: int
) -> None:
    agent, agent_id = rng.choice(("Explore", "Plan", "reviewer")), f"a{session[-3:]}{index:08x}"
    layout = rng.choice(("subagents", "workflow", "legacy"))
    path = {
        "subagents": folder / session / "subagents" / f"agent-{agent_id}.jsonl",
        "workflow": folder
        / session
        / "subagents"
        / "workflows"
        / "wf_1-2"
        / f"agent-{agent_id}.jsonl",
        "legacy": folder / f"agent-{agent_id}.jsonl",
    }[layout]
    source = "result" if layout == "legacy" else rng.choice(("attribution", "meta"))
    for number in range(rng.randint(1, 5)):
        name = f"msg_{session}_{agent_id}_{number}"
        call = _draw(rng, name, session, 1_790_000_000 + number * 45, agent, agent_id)
        said = call if source == "attribution" else replace(call, agent="")
        _tell(path, said, rng, truth, finals=False)
        truth.calls[call.id] = call
        if rng.random() < 0.4:
            write(main, progress(said))
            truth.rows += 1
    if source == "meta":
        meta(path, agent, f"toolu_{agent_id}")
    if source == "result":
        write(main, agent_result(session, agent_id, agent, f"toolu_{agent_id}"))
    if layout == "workflow":
        write(path.parent / "journal.jsonl", row(Call("msg_journal", session, input=10**9)))


def _fork(
    folder: Path, main: Path, rng: random.Random, truth: Truth, session: str, mine: list[Call]
) -> None:
    """A fork repeats the parent's lines under a session of its own, and goes on."""
    fork = f"{session}-fork"
    for call in mine[: rng.randint(1, len(mine))]:
        if call.finalised:
            origin = {"sessionId": session, "messageUuid": f"uuid-{call.id}-0"}
            write(folder / f"{fork}.jsonl", row(call, sessionId=fork, forkedFrom=origin))
            truth.rows += 1
    _tell(
        folder / f"{fork}.jsonl",
        _draw(rng, f"msg_{fork}", fork, 1_790_900_000),
        rng,
        truth,
        finals=True,
    )


def _replay(folder: Path, rng: random.Random, truth: Truth, session: str, mine: list[Call]) -> None:
    """A side question repeats the parent's messages under new request ids."""
    path = folder / session / "subagents" / f"agent-side{session[-3:]}.jsonl"
    for call in mine[:3]:
        write(
            path,
            row(
                call,
                isSidechain=True,
                agentId="side",
                requestId="req_new",
                timestamp=stamp(call.at + 9000),
            ),
        )
        truth.rows += 1
    meta(path, "btw")


def _write_noise(root: Path, rng: random.Random, truth: Truth) -> None:
    """What lies beside transcripts and is none."""
    write(project(root) / "session" / "tool-results" / "a.txt", b'"usage":{"input_tokens":1}\n')
    write(root / "history.jsonl", row(Call("msg_elsewhere", "s", input=10**9)))
    write(project(root) / "empty.jsonl")

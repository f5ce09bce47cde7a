"""A folder of transcripts drawn from a seed, with its ground truth.

:func:`write_world` returns what was really called; how it was written down (rows a call, copies, damage, spacing) is
drawn apart from it, so the truth owes nothing to the reader under test.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.transcripts import (
    MODELS,
    Call,
    Truth,
    agent_result,
    cost_state,
    encode,
    meta,
    progress,
    project,
    row,
    stamp,
    usage,
    write,
)


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

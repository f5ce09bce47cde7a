"""The ledger's rows joined into one record a spawn: asked, decided, written, served."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tierwise import fastjson
from tierwise.domain.kinds import ALIASES
from tierwise.transcripts import served

Row = dict[str, Any]


@dataclass(eq=False)
class Spawn:
    """One subagent.  ``decision`` is empty for one that no decision was made for: it ran unrouted.

    ``served_model``, ``served_effort`` and ``tokens`` are what the client used; empty while it runs, or where neither
    events nor transcripts tell.  ``time`` is the first row's, UTC, ISO 8601.  ``tokens`` has the API's counters;
    ``complete`` is False where only the transcript can have all of them.
    """

    tool_use_id: str
    session_id: str = ""
    agent_id: str = ""
    agent: str = ""
    time: str = ""
    decision: Row = field(default_factory=dict)
    served_model: str = ""
    served_effort: str = ""
    tokens: dict[str, int] = field(default_factory=dict)
    total_tokens: int | None = None
    duration_ms: int | None = None
    status: str = ""
    complete: bool = False

    @property
    def override(self) -> Row | None:
        """Who went past the policy's own answer and why."""
        return self.decision.get("override") or None

    @property
    def outcome(self) -> str:
        """One word: denied, unrouted, unseen (not served yet), followed, or not-followed.

        An effort is compared where both sides have one: clients send none for some models.
        """
        if not self.decision:
            return "unrouted"
        if self.decision.get("denied") and self.decision.get("mode") == "enforce":
            return "denied"
        if not self.served_model:
            return "unseen"
        wanted = self.decision.get("effort")
        same_effort = not wanted or not self.served_effort or wanted == self.served_effort
        return (
            "followed"
            if same_effort and same_model(self.decision.get("model"), self.served_model)
            else "not-followed"
        )

    def as_json(self) -> Row:
        """The record as ``tierwise audit --json`` prints it."""
        keys = (
            "by",
            "mode",
            "kind",
            "scope",
            "tier",
            "model",
            "effort",
            "rule",
            "reasons",
            "confidence",
        )
        decided = {
            key: self.decision.get(key)
            for key in (*keys, "asked", "wrote", "denied", "capped", "override")
        }
        return {
            "tool_use_id": self.tool_use_id,
            "session_id": self.session_id,
            "agent_id": self.agent_id,
            "agent": self.agent,
            "time": self.time,
            "outcome": self.outcome,
            **decided,
            "served": {"model": self.served_model or None, "effort": self.served_effort or None},
            "tokens": self.tokens or None,
            "total_tokens": self.total_tokens,
            "duration_ms": self.duration_ms,
        }


def same_model(decided: object, served_as: str) -> bool:
    """Whether a served full id is what an alias or id meant: an alias means any version of its family."""
    if not isinstance(decided, str) or not decided:
        return True
    name = served_as.split("[")[0]
    if decided in ALIASES:
        return decided in name.split("-")
    return name == decided.split("[")[0] or name.startswith(f"{decided}-")


def join_rows(rows: Iterable[Row]) -> list[Spawn]:
    """One record a spawn, in the order of the ledger.

    What the events did not tell is read from the transcripts of the sessions that the ledger names: what was served
    where a hook was killed, and agents that no hook saw at all.
    """
    spawns: dict[str, Spawn] = {}
    by_agent: dict[str, Spawn] = {}
    sessions: dict[str, str] = {}
    for row in rows:
        kind = row.get("row")
        if kind in ("decision", "session") and row.get("transcript"):
            sessions[str(row["transcript"])] = str(row.get("session_id") or "")
        if kind not in ("decision", "served", "start", "stop"):
            continue
        spawn = _find(spawns, by_agent, row)
        spawn.session_id = spawn.session_id or str(row.get("session_id") or "")
        spawn.agent = spawn.agent or str(row.get("agent") or "")
        spawn.time = spawn.time or str(row.get("time") or "")
        if kind == "decision":
            spawn.decision = spawn.decision or row
        elif kind == "served":
            _take_served(spawn, row)
        elif kind == "stop":
            _take_transcript(spawn, row)
    for transcript, session_id in sessions.items():
        _read_session(transcript, session_id, spawns, by_agent)
    return list(dict.fromkeys([*spawns.values(), *by_agent.values()]))


def _find(spawns: dict[str, Spawn], by_agent: dict[str, Spawn], row: Row) -> Spawn:
    """The record that a row belongs to, by the call's id or by the agent's; the two meet in served and stop rows."""
    call, agent_id = str(row.get("tool_use_id") or ""), str(row.get("agent_id") or "")
    spawn = spawns.get(call) if call else None
    known = by_agent.get(agent_id) if agent_id else None
    if spawn is None and known is not None and (not call or not known.tool_use_id):
        spawn = known
    if spawn is None:
        spawn = Spawn(call)
    if known is not None and known is not spawn:
        spawn.agent = spawn.agent or known.agent
    if call:
        spawn.tool_use_id = call
        spawns[call] = spawn
    if agent_id:
        spawn.agent_id = agent_id
        by_agent[agent_id] = spawn
    return spawn


def _take_served(spawn: Spawn, row: Row) -> None:
    spawn.served_model = spawn.served_model or str(row.get("model") or "")
    spawn.status = str(row.get("status") or "")
    spawn.total_tokens = row.get("total_tokens") or spawn.total_tokens
    spawn.duration_ms = row.get("duration_ms") or spawn.duration_ms


def _take_transcript(spawn: Spawn, row: Row) -> None:
    spawn.served_model = str(row.get("model") or spawn.served_model)
    spawn.served_effort = str(row.get("effort") or spawn.served_effort)
    spawn.tokens = row.get("tokens") or spawn.tokens
    spawn.complete = bool(row.get("complete"))


def _read_session(
    transcript: str, session_id: str, spawns: dict[str, Spawn], by_agent: dict[str, Spawn]
) -> None:
    """Fill in from one session's subagents; add those with a call that no row speaks of."""
    for agent in served.agents_of(transcript):
        meta = served.read_meta(agent)
        call = str(meta.get("toolUseId") or "")
        agent_id = os.path.basename(agent).removeprefix("agent-").removesuffix(".jsonl")
        spawn = spawns.get(call) or by_agent.get(agent_id)
        if spawn is None and call:
            spawn = spawns[call] = Spawn(
                call, session_id, agent_id, str(meta.get("agentType") or "")
            )
            spawn.time = _first_time(agent)
        if spawn is not None and not spawn.complete:
            _take_transcript(spawn, served.read_agent(agent))


def _first_time(transcript: str) -> str:
    try:
        with open(transcript, "rb") as lines:
            first = fastjson.loads(lines.readline())
    except (OSError, ValueError):
        return ""
    return str(first.get("timestamp") or "") if isinstance(first, dict) else ""


@dataclass(frozen=True)
class Compliance:
    """How many of the spawns that were decided and served ran as decided.  ``rate`` is None without any."""

    followed: int
    served: int

    @property
    def rate(self) -> float | None:
        """followed / served, 0 to 1."""
        return self.followed / self.served if self.served else None


def compliance(spawns: Iterable[Spawn]) -> Compliance:
    """Count what was served as decided."""
    outcomes = [spawn.outcome for spawn in spawns]
    followed = outcomes.count("followed")
    return Compliance(followed, followed + outcomes.count("not-followed"))

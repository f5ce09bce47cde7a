"""The ledger's rows joined into one record a spawn: requested, assigned, written, actual."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from tierwise import fastjson
from tierwise.domain.client_rows import ServedRow, StopRow
from tierwise.domain.coding_tools import CODEX
from tierwise.domain.kinds import ALIASES
from tierwise.domain.ledger_rows import read_text
from tierwise.domain.models import family_of
from tierwise.files import open_regular
from tierwise.transcripts import served

Row = dict[str, Any]

FORK = "fork"
_NAMES_TRANSCRIPT = (
    "decision",
    "session",
    "workflow",
    "unroutable",
)
_OF_SPAWNS = (
    "decision",
    "unroutable",
    "served",
    "start",
    "stop",
)
UNROUTABLE = {FORK: "a fork runs on its parent's model by design"}
"""Agents that no hook, call or file can give another model, and why."""


@dataclass(eq=False)
class AuditedSpawn:
    """One subagent.  ``decision`` is empty for one that no decision was made for: it ran unrouted.

    ``served_model``, ``served_effort`` and ``tokens`` are what the client used; empty while it runs, or where neither
    events nor transcripts tell.  ``time`` is the first row's, UTC, ISO 8601.  ``tokens`` has the API's counters;
    ``complete`` is False where only the transcript can have all of them.  ``run`` is the workflow run that started it.
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
    run: str = ""
    client: str = ""
    """Claude Code's version, or :data:`tierwise.domain.coding_tools.CODEX`."""

    @property
    def ran_in_codex(self) -> bool:
        """Whether Codex ran it, whose models have no aliases."""
        return self.client == CODEX

    @property
    def override(self) -> Row | None:
        """Who went past the policy's own answer and why."""
        found = self.decision.get("override")
        if not isinstance(found, dict):
            return None
        return found or None

    @property
    def outcome(self) -> str:
        """One word: unroutable, denied, unrouted, unseen (not served yet), followed, or not-followed.

        An effort is compared where both sides have one: clients send none for some models.
        """
        if self.agent in UNROUTABLE:
            return "unroutable"
        if not self.decision:
            return "unrouted"
        if self.decision.get("denied") and self.decision.get("mode") == "enforce":
            return "denied"
        if not self.served_model:
            return "unseen"
        if self.agrees_with(self.decision):
            return "followed"
        return "not-followed"

    def agrees_with(self, decision: Row) -> bool:
        """Whether it ran as a decision says."""
        effort = decision.get("effort")
        if effort and self.served_effort and effort != self.served_effort:
            return False
        model = decision.get("model")
        if self.ran_in_codex:
            return bool(model == self.served_model)
        return same_model(model, self.served_model)

    def as_json(self) -> Row:
        """The record as ``tierwise audit --json`` prints it."""
        keys = (
            "by", "mode", "kind", "scope", "tier", "model", "effort", "rule", "reasons", "confidence",
            "asked", "wrote", "denied", "capped", "override", "fallback",
        )  # fmt: skip
        decided = {key: self.decision.get(key) for key in keys}
        return {
            "tool_use_id": self.tool_use_id,
            "session_id": self.session_id,
            "client": self.client,
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
    if decided in ALIASES:
        return family_of(served_as) == decided
    name = served_as.split("[")[0]
    return name == decided.split("[")[0] or name.startswith(f"{decided}-")


def join_rows(rows: Iterable[Row]) -> list[AuditedSpawn]:
    """One record a spawn, in the order of the ledger.

    What the events did not tell is read from the transcripts of the sessions that the ledger names: what was served
    where a hook was killed, and agents that no hook saw at all.
    """
    joined = _Joined()
    for row in rows:
        joined.take(row)
    for transcript, session_id in joined.sessions.items():
        _read_session(transcript, session_id, joined)
    return joined.finish()


class _Joined:
    """The records while rows come in."""

    def __init__(self) -> None:
        self.spawns: dict[str, AuditedSpawn] = {}
        self.by_agent: dict[str, AuditedSpawn] = {}
        self.sessions: dict[str, str] = {}  # transcript -> session id
        self.runs: dict[str, str] = {}  # workflow run -> the call that started it
        self.sites: dict[str, list[Row]] = {}  # workflow's call -> the decisions of its agents

    def take(self, row: Row) -> None:
        kind = row.get("row")
        transcript = read_text(row, "transcript")
        if transcript and kind in _NAMES_TRANSCRIPT:
            self.sessions[transcript] = read_text(
                row,
                "session_id",
            )
        if kind == "launched":
            self.runs[str(row.get("run"))] = str(row.get("tool_use_id"))
        elif kind == "decision" and isinstance(row.get("workflow"), dict):
            self.sites.setdefault(str(row["workflow"].get("call")), []).append(row)
        elif kind in _OF_SPAWNS:
            self._take_spawn(row)

    def finish(self) -> list[AuditedSpawn]:
        """All records; those of workflows with their decisions, and the decisions that no agent has run by yet."""
        found = list(dict.fromkeys([*self.spawns.values(), *self.by_agent.values()]))
        used: set[int] = set()
        for spawn in found:
            if spawn.run and not spawn.decision:
                site = _find_site(spawn, self._sites_of(spawn))
                spawn.decision = site or {}
                used.add(id(site))
        for row in self._list_sites():
            if id(row) not in used:
                found.append(_as_spawn(row))
        return found

    def _list_sites(self) -> Iterator[Row]:
        for rows in self.sites.values():
            yield from rows

    def _sites_of(self, spawn: AuditedSpawn) -> list[Row]:
        call = self.runs.get(spawn.run)
        if call is not None:
            return self.sites.get(call, [])
        return [row for row in self._list_sites() if row.get("session_id") == spawn.session_id]

    def _take_spawn(self, row: Row) -> None:
        kind = row["row"]
        spawn = self._find_spawn(row)
        _fill_names(spawn, row)
        if kind == "decision":
            spawn.decision = spawn.decision or row
        elif kind == "served":
            _take_served(spawn, cast(ServedRow, row))
        elif kind == "stop":
            spawn.run = spawn.run or read_text(row, "run")
            _take_transcript(spawn, cast(StopRow, row))

    def _find_spawn(self, row: Row) -> AuditedSpawn:
        """The record that a row belongs to, by the call's id or the agent's; they meet in served and stop rows."""
        call = read_text(row, "tool_use_id")
        agent_id = read_text(row, "agent_id")
        known = self.by_agent.get(agent_id)
        spawn = self.spawns.get(call)
        if spawn is None and known is not None and (not call or not known.tool_use_id):
            spawn = known
        if spawn is None:
            spawn = AuditedSpawn(call)
        if known is not None:
            spawn.agent = spawn.agent or known.agent
        self.enter(spawn, call, agent_id)
        return spawn

    def enter(
        self,
        spawn: AuditedSpawn,
        call: str,
        agent_id: str,
    ) -> None:
        """Find a record by these ids from now on; an empty one is none."""
        if call:
            spawn.tool_use_id = call
            self.spawns[call] = spawn
        if agent_id:
            spawn.agent_id = agent_id
            self.by_agent[agent_id] = spawn


def _find_site(spawn: AuditedSpawn, sites: list[Row]) -> Row | None:
    """The `agent()` call that started an agent: of those for its type the one that it ran by, else the first."""
    same = [row for row in sites if row.get("agent") == spawn.agent]
    for row in same:
        if spawn.agrees_with(row):
            return row
    if not same:
        return None
    return same[0]


def _as_spawn(row: Row) -> AuditedSpawn:
    spawn = AuditedSpawn(read_text(row, "tool_use_id"), decision=row)
    _fill_names(spawn, row)
    return spawn


def _fill_names(spawn: AuditedSpawn, row: Row) -> None:
    """Take what no row before this one has told."""
    spawn.session_id = spawn.session_id or read_text(row, "session_id")
    spawn.agent = spawn.agent or read_text(row, "agent")
    spawn.time = spawn.time or read_text(row, "time")
    spawn.client = spawn.client or read_text(row, "client")


def _take_served(spawn: AuditedSpawn, row: ServedRow) -> None:
    spawn.served_model = spawn.served_model or read_text(row, "model")
    spawn.status = read_text(row, "status")
    spawn.total_tokens = row.get("total_tokens") or spawn.total_tokens
    spawn.duration_ms = row.get("duration_ms") or spawn.duration_ms


def _take_transcript(spawn: AuditedSpawn, row: StopRow) -> None:
    spawn.served_model = read_text(row, "model") or spawn.served_model
    spawn.served_effort = read_text(row, "effort") or spawn.served_effort
    spawn.tokens = _read_counters(row.get("tokens")) or spawn.tokens
    spawn.complete = bool(row.get("complete"))


def _read_counters(tokens: object) -> dict[str, int]:
    """The API's counters; what is none of them is left out."""
    counters = {}
    if isinstance(tokens, dict):
        for name, count in tokens.items():
            if isinstance(count, int):
                counters[name] = count
    return counters


def _read_session(
    transcript: str,
    session_id: str,
    joined: _Joined,
) -> None:
    """Fill in from one session's subagents; add those that no row speaks of."""
    for agent in served.agents_of(transcript):
        spawn = _find_agent(agent, session_id, joined)
        if spawn is not None and not spawn.complete:
            _take_transcript(
                spawn,
                cast(StopRow, served.read_agent(agent)),
            )


def _find_agent(
    transcript: str,
    session_id: str,
    joined: _Joined,
) -> AuditedSpawn | None:
    """The record of an agent's transcript, new where no row has it; None where nothing tells what started it."""
    meta = served.read_meta(transcript)
    call = read_text(meta, "toolUseId")
    run = served.find_run(transcript)
    agent_id = os.path.basename(transcript).removeprefix("agent-").removesuffix(".jsonl")
    spawn = joined.spawns.get(call) or joined.by_agent.get(agent_id)
    if spawn is None:
        if not call and not run:
            return None
        agent = read_text(meta, "agentType")
        spawn = AuditedSpawn(
            call,
            session_id,
            agent=agent,
            time=_first_time(transcript),
        )
        joined.enter(spawn, call, agent_id)
    spawn.run = spawn.run or run
    return spawn


def _first_time(transcript: str) -> str:
    try:
        with open_regular(transcript) as lines:
            first = fastjson.read_object(lines.readline())
    except (OSError, ValueError):
        return ""
    return read_text(first, "timestamp")


@dataclass(frozen=True)
class Compliance:
    """How many of the spawns that were decided and served ran as decided.  ``rate`` is None without any."""

    followed: int
    served: int

    @property
    def rate(self) -> float | None:
        """followed / served, 0 to 1."""
        if not self.served:
            return None
        return self.followed / self.served


def compliance(spawns: Iterable[AuditedSpawn]) -> Compliance:
    """Count what was served as decided."""
    outcomes = [spawn.outcome for spawn in spawns]
    followed = outcomes.count("followed")
    return Compliance(
        followed,
        followed + outcomes.count("not-followed"),
    )

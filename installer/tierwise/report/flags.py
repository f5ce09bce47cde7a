"""Which task a person means when they judge one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FLAGS = ("cheaper", "needed-frontier", "wrong")
"""The judgements: a cheaper tier would have done; the top was needed; the result was wrong."""


@dataclass(frozen=True)
class Target:
    """A session, one of its subagents, or a run of the cascade."""

    session: str = ""
    tool_use_id: str = ""
    agent_id: str = ""
    run: str = ""
    agent: str = ""
    kind: str = ""

    def as_row(self) -> dict[str, object]:
        """The keys of a ledger row; ``target`` is the name that a person would use."""
        names = {
            "session_id": self.session,
            "tool_use_id": self.tool_use_id,
            "agent_id": self.agent_id,
            "run": self.run,
            "agent": self.agent,
            "kind": self.kind,
        }
        name = self.run or "/".join(
            part for part in (self.session, self.agent_id or self.tool_use_id) if part
        )
        return {"target": name, **{key: value for key, value in names.items() if value}}

    def words(self) -> str:
        """The target in a line of text."""
        if self.run:
            return f"run {self.run}"
        what = " ".join(part for part in (self.agent, self.kind and f"({self.kind})") if part)
        name = self.as_row()["target"]
        return f"{what} {name}" if what else f"session {name}"


def last_target(rows: Sequence[Mapping[str, Any]]) -> Target | None:
    """The task that the ledger recorded last: a subagent's decision or an attempt; None where there is neither."""
    for row in reversed(rows):
        if row.get("row") == "attempt" and row.get("run"):
            return Target(
                run=str(row["run"]),
                session=_read_text(row, "session"),
                kind=_read_text(row, "kind"),
            )
        if row.get("row") == "decision" and not row.get("denied"):
            return _complete_spawn(row, rows)
    return None


def named_target(name: str, rows: Sequence[Mapping[str, Any]]) -> Target:
    """The task by its name: a run of the cascade, SESSION, SESSION/ID, or the id of a subagent alone."""
    session, _, task = name.partition("/")
    for row in reversed(rows):
        kind = row.get("row")
        if kind == "attempt" and row.get("run") == name:
            return Target(
                run=name, session=_read_text(row, "session"), kind=_read_text(row, "kind")
            )
        ids = {_read_text(row, "tool_use_id"), _read_text(row, "agent_id")} - {""}
        wanted = task or session
        if kind in ("decision", "served", "start", "stop") and wanted in ids:
            if task and _read_text(row, "session_id") not in ("", session):
                continue
            return _complete_spawn(row, rows)
    if not task:
        return Target(session=session)
    is_call = task.startswith("toolu_")
    return Target(session, tool_use_id=task if is_call else "", agent_id="" if is_call else task)


def _complete_spawn(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Target:
    """A subagent by one of its rows, completed from the others."""
    session, call, agent_id = (
        _read_text(row, name) for name in ("session_id", "tool_use_id", "agent_id")
    )
    agent, kind = _read_text(row, "agent"), _read_text(row, "kind")
    for other in rows:
        if _read_text(other, "session_id") != session:
            continue
        same_call = call and _read_text(other, "tool_use_id") == call
        same_agent = agent_id and _read_text(other, "agent_id") == agent_id
        if same_call or same_agent:
            call, agent_id = (
                call or _read_text(other, "tool_use_id"),
                agent_id or _read_text(other, "agent_id"),
            )
            agent, kind = agent or _read_text(other, "agent"), kind or _read_text(other, "kind")
    return Target(session, call, agent_id, agent=agent, kind=kind)


def _read_text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")

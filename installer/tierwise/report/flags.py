"""Which task a person means when they judge one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.domain.ledger_rows import read_text

Row = Mapping[str, Any]
"""A row of the ledger."""
_OF_SPAWNS = ("decision", "served", "start", "stop")
"""The rows that name a subagent."""
_FIELDS = ("tool_use_id", "agent_id", "agent", "kind")
"""What they say of it."""
FLAGS = ("cheaper", "needed-frontier", "wrong")
"""The judgements: a cheaper tier would have done; the top was needed; the result was wrong."""


@dataclass(frozen=True)
class FlagTarget:
    """A session, one of its subagents, or a run of the cascade."""

    session: str = ""
    tool_use_id: str = ""
    agent_id: str = ""
    run: str = ""
    agent: str = ""
    kind: str = ""

    def as_row(self) -> dict[str, object]:
        """Return the keys of a ledger row; ``target`` is the name that a person would use."""
        names = {
            "session_id": self.session,
            "tool_use_id": self.tool_use_id,
            "agent_id": self.agent_id,
            "run": self.run,
            "agent": self.agent,
            "kind": self.kind,
        }
        task = self.agent_id or self.tool_use_id
        name = self.run or "/".join(filter(None, (self.session, task)))
        known = {key: value for key, value in names.items() if value}
        return {"target": name, **known}

    def words(self) -> str:
        """Return the target in a line of text."""
        if self.run:
            return f"run {self.run}"
        name = self.as_row()["target"]
        what = self.agent
        if self.kind:
            what = f"{self.agent} ({self.kind})".lstrip()
        return f"{what or 'session'} {name}"


def last_target(rows: Sequence[Row]) -> FlagTarget | None:
    """Return the task that the ledger recorded last: a subagent's decision or an attempt; None where there is neither."""
    for row in reversed(rows):
        if row.get("row") == "attempt" and row.get("run"):
            return _read_run(row)
        if row.get("row") == "decision" and not row.get("denied"):
            return _complete_spawn(row, rows)
    return None


def named_target(name: str, rows: Sequence[Row]) -> FlagTarget:
    """Return the task by its name: a run of the cascade, SESSION, SESSION/ID, or the id of a subagent alone."""
    session, _, task = name.partition("/")
    for row in reversed(rows):
        if row.get("row") == "attempt" and row.get("run") == name:
            return _read_run(row)
        if task and read_text(row, "session_id") not in ("", session):
            continue
        if row.get("row") in _OF_SPAWNS and (task or session) in _list_ids(row):
            return _complete_spawn(row, rows)
    if task.startswith("toolu_"):
        return FlagTarget(session, tool_use_id=task)
    return FlagTarget(session, agent_id=task)


def _read_run(attempt: Row) -> FlagTarget:
    return FlagTarget(
        run=read_text(attempt, "run"),
        session=read_text(attempt, "session"),
        kind=read_text(attempt, "kind"),
    )


def _list_ids(row: Row) -> set[str]:
    """Return the names that a row has for a subagent."""
    ids = {read_text(row, "tool_use_id"), read_text(row, "agent_id")}
    return ids - {""}


def _complete_spawn(row: Row, rows: Sequence[Row]) -> FlagTarget:
    """Return a subagent by one of its rows, completed from the others."""
    session = read_text(row, "session_id")
    known = {name: read_text(row, name) for name in _FIELDS}
    for other in rows:
        if read_text(other, "session_id") != session or not _is_same_spawn(known, other):
            continue
        for name in _FIELDS:
            known[name] = known[name] or read_text(other, name)
    return FlagTarget(session, **known)


def _is_same_spawn(known: Row, other: Row) -> bool:
    names = {known["tool_use_id"], known["agent_id"]} - {""}
    return not names.isdisjoint(_list_ids(other))

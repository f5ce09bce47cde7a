"""Which decision of the policy stands behind a call: the ledger joined with the transcripts.

The join is on the session and the ``Agent`` call that started the subagent; where a transcript does not name that
call, on the session and the agent's id, which the ledger's rows of the spawn's later life carry too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tierwise.domain.ledger_rows import (
    DecisionEntry,
    RawRow,
    read_decision,
    read_text,
)
from tierwise.transcripts.records import UsageRecord


class Decisions(NamedTuple):
    """The ledger's ``decision`` rows, one a spawn."""

    by_call: dict[tuple[str, str], DecisionEntry]
    """By session and ``tool_use_id``; a later row replaces an earlier one."""
    call_of_agent: dict[tuple[str, str], str]
    """The ``tool_use_id`` by session and agent id."""

    def of(self, record: UsageRecord) -> DecisionEntry | None:
        """Return the decision behind a record; None for the main conversation and for spawns the ledger does not know."""
        if record.is_main:
            return None
        known = self.by_call.get((record.session, record.tool_use_id))
        if known is None and record.agent_id:
            call = self.call_of_agent.get(
                (record.session, record.agent_id),
                "",
            )
            known = self.by_call.get((record.session, call))
        return known


def read_decisions(rows: Iterable[RawRow]) -> Decisions:
    """Return the decisions among the ledger's rows, in the ledger's order; other rows only tell which agent a call became."""
    found = Decisions({}, {})
    for row in rows:
        session = read_text(row, "session_id")
        call = read_text(row, "tool_use_id")
        agent_id = read_text(row, "agent_id")
        if row.get("row") == "decision" and call:
            found.by_call[session, call] = read_decision(row)
        if call and agent_id:
            found.call_of_agent[session, agent_id] = call
    return found

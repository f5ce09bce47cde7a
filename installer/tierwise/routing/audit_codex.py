"""What Codex's session records tell of its agents, joined with the ledger's spawns."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from tierwise.domain.coding_tools import CODEX
from tierwise.routing.audit import AuditedSpawn
from tierwise.transcripts.records import UsageRecord

_MILLISECONDS = 1000


def join_codex_agents(
    spawns: Iterable[AuditedSpawn],
    records: Iterable[UsageRecord],
    is_own: Callable[[str], bool],
) -> list[AuditedSpawn]:
    """Fill in what Codex used for the agents of ``spawns``; add those of the repository that no hook saw.

    ``is_own`` tells of a folder whether it is the repository's.  Only agents that a call began count: Codex has
    others, for reviews and summaries, that nobody spawns.
    """
    found = list(spawns)
    by_call = {(spawn.session_id, spawn.tool_use_id): spawn for spawn in found}
    for calls in _group_by_agent(records):
        first = calls[0]
        spawn = by_call.get((first.session, first.tool_use_id))
        if spawn is None:
            if not is_own(first.project):
                continue
            spawn = _make_spawn(first)
            found.append(spawn)
        _take_calls(spawn, calls)
    return found


def _group_by_agent(records: Iterable[UsageRecord]) -> Iterable[Sequence[UsageRecord]]:
    agents: dict[str, list[UsageRecord]] = defaultdict(list)
    for record in records:
        if record.agent_id and record.tool_use_id:
            agents[record.agent_id].append(record)
    return agents.values()


def _make_spawn(first: UsageRecord) -> AuditedSpawn:
    moment = datetime.datetime.fromtimestamp(
        first.timestamp / _MILLISECONDS,
        datetime.timezone.utc,
    )
    return AuditedSpawn(
        tool_use_id=first.tool_use_id,
        session_id=first.session,
        agent=first.agent,
        time=moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    )


def _take_calls(
    spawn: AuditedSpawn,
    calls: Sequence[UsageRecord],
) -> None:
    """Take model and effort of the agent's first call, and the tokens of all."""
    first = calls[0]
    spawn.client = CODEX
    spawn.agent_id = first.agent_id
    spawn.served_model = first.model
    spawn.served_effort = first.effort
    spawn.complete = True
    spawn.tokens = {
        "input_tokens": sum(call.input_tokens for call in calls),
        "output_tokens": sum(call.output_tokens for call in calls),
        "cache_creation_input_tokens": sum(call.cache_write_5m_tokens for call in calls),
        "cache_read_input_tokens": sum(call.cache_read_tokens for call in calls),
    }

"""Agents that Claude Code ran on another model than their call names.

What a person has set can do that: `tierwise doctor` knows the variables and settings.  Where nothing of the kind is
set, the client routes by itself.  It ships two such ways, switched off: a table of lower models for its built-in
agents, and a mix of models for a lead and its workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TypedDict

from tierwise.routing.audit import AuditedSpawn, same_model


class Rerouted(TypedDict):
    """Spawns of one agent.  ``named``: the model in their calls; ``served``: the one that they ran on."""

    agent: str
    named: str
    served: str
    spawns: int


def list_rerouted(spawns: Iterable[AuditedSpawn]) -> list[Rerouted]:
    """Return the spawns that ran on another model than their call names, by agent and model."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for spawn in spawns:
        named = _find_named(spawn)
        if named and spawn.served_model and not same_model(named, spawn.served_model):
            counted[spawn.agent, named, spawn.served_model] += 1
    return [
        Rerouted(agent=agent, named=named, served=served, spawns=number)
        for (agent, named, served), number in sorted(counted.items())
    ]


def _find_named(spawn: AuditedSpawn) -> str:
    """The model that the call named when it went out; empty where it named none, or where nobody can know."""
    if spawn.ran_in_codex or spawn.outcome in ("denied", "unroutable"):
        return ""
    for written in (spawn.decision.get("wrote"), spawn.decision.get("asked")):
        if isinstance(written, dict) and written.get("model"):
            return str(written["model"])
    return ""

"""Agents that ran on another model than their call names."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.routing.audit import AuditedSpawn
from tierwise.routing.audit_rerouted import list_rerouted


def make_spawn(
    served: str, agent: str = "Explore", client: str = "2.1.332", **decision: Any
) -> AuditedSpawn:
    return AuditedSpawn("toolu", agent=agent, client=client, served_model=served, decision=decision)


def test_a_model_that_nobody_named_is_counted_by_agent_and_model() -> None:
    written = {"wrote": {"model": "opus", "effort": "high"}}
    spawns = [make_spawn("claude-haiku-5-5", **written) for _ in range(2)]
    assert list_rerouted([*spawns, make_spawn("claude-opus-5-5", **written)]) == [
        {"agent": "Explore", "named": "opus", "served": "claude-haiku-5-5", "spawns": 2}
    ]


def test_a_call_that_was_right_as_it_stood_counts_too() -> None:
    (found,) = list_rerouted([make_spawn("claude-haiku-5-5", wrote={}, asked={"model": "opus"})])
    assert found["named"] == "opus"


@pytest.mark.parametrize(
    "spawn",
    [
        make_spawn("", wrote={"model": "opus"}),  # still running
        make_spawn("claude-haiku-5-5", wrote={}, asked={}),  # the policy leaves it open
        make_spawn("claude-haiku-5-5"),  # unrouted
        make_spawn("claude-opus-5-5", agent="fork", asked={"model": "haiku"}),
        make_spawn("claude-opus-5-5", wrote={"model": "claude-opus-5-5[1m]"}),
        make_spawn("gpt-5", client="codex", wrote={"model": "opus"}),
    ],
)
def test_nothing_is_said_where_nothing_was_named_or_nobody_knows(spawn: AuditedSpawn) -> None:
    assert list_rerouted([spawn]) == []

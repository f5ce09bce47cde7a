"""Codex's agents joined with the ledger: what ran as decided, what ran otherwise, what no hook saw."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.domain.coding_tools import CODEX
from tierwise.routing.audit import AuditedSpawn, compliance, join_rows
from tierwise.routing.audit_codex import join_codex_agents
from tierwise.transcripts.records import UsageRecord

DECIDED = {
    "row": "decision",
    "session_id": "s",
    "tool_use_id": "call_1",
    "client": CODEX,
    "agent": "explorer",
    "time": "2026-11-20T09:00:00.000Z",
    "mode": "enforce",
    "tier": "light",
    "model": "gpt-6",
    "effort": "low",
}


def make_call(number: int, **fields: Any) -> UsageRecord:
    told = {
        "message_id": f"codex:a:{number}",
        "session": "s",
        "model": "gpt-6",
        "effort": "low",
        "timestamp": 1_795_000_000_000 + number,
        "agent": "explorer",
        "is_main": False,
        "agent_id": "a",
        "tool_use_id": "call_1",
        "project": "/ours",
        "input_tokens": 10,
    }
    return UsageRecord(**{**told, **fields})


def join(*calls: UsageRecord, rows: tuple[dict[str, Any], ...] = (DECIDED,)) -> list[AuditedSpawn]:
    return join_codex_agents(join_rows(list(rows)), calls, "/ours".__eq__)


@pytest.mark.parametrize(
    ("ran", "outcome"),
    [
        ({}, "followed"),
        ({"effort": ""}, "followed"),
        ({"effort": "high"}, "not-followed"),
        ({"model": "gpt-6-sol"}, "not-followed"),  # another model, not a version of the same
    ],
)
def test_an_agents_first_call_is_held_against_its_decision(
    ran: dict[str, str], outcome: str
) -> None:
    (spawn,) = join(make_call(1, **ran), make_call(2, model="gpt-other"))
    assert spawn.outcome == outcome
    assert (spawn.agent_id, spawn.tokens["input_tokens"]) == ("a", 20)


def test_an_agent_that_no_hook_saw_is_unrouted() -> None:
    decided, unrouted = join(make_call(1, tool_use_id="call_2"))
    assert (decided.outcome, unrouted.outcome) == ("unseen", "unrouted")
    assert (unrouted.agent, unrouted.client) == ("explorer", CODEX)
    assert unrouted.time.startswith("2026-11-1")
    assert compliance([decided, unrouted]).rate is None


def test_agents_of_other_repositories_and_of_codexs_own_are_left_out() -> None:
    elsewhere = make_call(1, tool_use_id="call_2", project="/theirs")
    of_its_own = make_call(2, tool_use_id="", agent="review")
    main = make_call(3, is_main=True, agent_id="", tool_use_id="")
    assert join(elsewhere, of_its_own, main, rows=()) == []


def test_a_decision_is_followed_wherever_its_agent_ran() -> None:
    (spawn,) = join(make_call(1, project="/theirs"))
    assert spawn.outcome == "followed"


def test_a_copy_of_the_session_is_unroutable_and_has_its_tokens() -> None:
    fork = {"row": "unroutable", "session_id": "s", "tool_use_id": "call_1", "agent": "fork"}
    (spawn,) = join(make_call(1), rows=(fork,))
    assert (spawn.outcome, spawn.served_model) == ("unroutable", "gpt-6")

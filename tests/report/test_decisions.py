"""A subagent's calls are joined with the decision that routed its spawn; a session's calls with its own bill."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.support.transcripts import Call, cost_state, project, row, write

from tierwise.domain.ledger_rows import DecisionEntry
from tierwise.pricing.prices import load_prices
from tierwise.report.decisions import read_decisions
from tierwise.report.reconcile import reconcile_bills
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import CostState, Coverage, Usage, UsageRecord

DECISION = {
    "row": "decision",
    "session_id": "s1",
    "tool_use_id": "toolu_1",
    "tier": "light",
    "kind": "docs",
}
LIGHT = DecisionEntry("light", "docs")


def _record(**fields: object) -> UsageRecord:
    return UsageRecord("m", "s1", "claude-opus-5-5", 1, **fields)  # type: ignore[arg-type]


def test_a_call_is_joined_by_session_and_tool_use_id() -> None:
    decisions = read_decisions([DECISION])
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_1")) == LIGHT
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_2")) is None


def test_a_call_without_a_tool_use_id_is_joined_by_the_agent_s() -> None:
    served = {"row": "served", "session_id": "s1", "tool_use_id": "toolu_1", "agent_id": "a1"}
    decisions = read_decisions([DECISION, served])
    assert decisions.of(_record(is_main=False, agent_id="a1")) == LIGHT
    assert decisions.of(_record(is_main=False, agent_id="a2")) is None


def test_another_session_s_decision_is_not_this_one_s() -> None:
    decisions = read_decisions([DECISION | {"session_id": "s2"}])
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_1")) is None


def test_the_main_conversation_has_no_decision() -> None:
    assert read_decisions([DECISION, {"row": "start"}]).of(_record()) is None


def test_the_gap_between_calls_and_bill_is_told_the_largest_first() -> None:
    records = [_record(input_tokens=1000), _record(input_tokens=1000)]
    bills = {"s1": CostState("s1", 0.018), "s0": CostState("s0", 0.001)}
    first, second = reconcile_bills(Usage(records, Coverage(), bills), load_prices())
    assert first == ("s1", Decimal("0.008"), Decimal("0.018"))
    assert (first.missing, second.missing) == (Decimal("0.010"), Decimal("0.001"))


def test_a_fork_s_bill_begins_with_its_origin_s_cost(tmp_path: Path) -> None:
    """Origin: two calls before the fork, a subagent's, one after it; the fork: one of its own; $0.008 each."""
    call = Call("msg_1", "origin", input=1000, output=200)
    calls = [replace(call, id=f"msg_{number}", at=call.at + 60 * number) for number in range(4)]
    folder = project(tmp_path)
    agent = replace(call, id="msg_agent", agent="Explore", agent_id="a1", at=call.at + 30)
    write(folder / "origin" / "subagents" / "agent-a1.jsonl", row(agent))
    write(folder / "origin.jsonl", *(row(one) for one in calls[:2]), row(calls[3]))
    write(folder / "origin.jsonl", cost_state("origin", 0.032))
    copies = [row(one, sessionId="fork", forkedFrom={"sessionId": "origin"}) for one in calls[:2]]
    write(folder / "fork.jsonl", *copies, row(replace(calls[2], session="fork")))
    write(folder / "fork.jsonl", cost_state("fork", 0.032))  # two calls, the subagent's, its own
    gaps = reconcile_bills(read_usage([tmp_path]), load_prices())
    assert {gap.session: (gap.calls, gap.missing) for gap in gaps} == {
        "origin": (Decimal("0.032"), 0),
        "fork": (Decimal("0.008"), 0),
    }

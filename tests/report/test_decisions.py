"""A subagent's calls are joined with the decision that routed its spawn; a session's calls with its own bill."""

from __future__ import annotations

from decimal import Decimal

from tierwise.pricing.prices import load_prices
from tierwise.report.decisions import read_decisions
from tierwise.report.reconcile import reconcile
from tierwise.transcripts.records import CostState, UsageRecord

DECISION = {
    "row": "decision",
    "session_id": "s1",
    "tool_use_id": "toolu_1",
    "tier": "light",
    "kind": "docs",
}


def _record(**fields: object) -> UsageRecord:
    return UsageRecord("m", "s1", "claude-opus-5-5", 1, **fields)  # type: ignore[arg-type]


def test_a_call_is_joined_by_session_and_tool_use_id() -> None:
    decisions = read_decisions([DECISION])
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_1")) == DECISION
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_2")) is None


def test_a_call_without_a_tool_use_id_is_joined_by_the_agent_s() -> None:
    served = {"row": "served", "session_id": "s1", "tool_use_id": "toolu_1", "agent_id": "a1"}
    decisions = read_decisions([DECISION, served])
    assert decisions.of(_record(is_main=False, agent_id="a1")) == DECISION
    assert decisions.of(_record(is_main=False, agent_id="a2")) is None


def test_another_session_s_decision_is_not_this_one_s() -> None:
    decisions = read_decisions([DECISION | {"session_id": "s2"}])
    assert decisions.of(_record(is_main=False, tool_use_id="toolu_1")) is None


def test_the_main_conversation_has_no_decision() -> None:
    assert read_decisions([DECISION, {"row": "start"}]).of(_record()) is None


def test_the_gap_between_calls_and_bill_is_told_the_largest_first() -> None:
    records = [_record(input_tokens=1000, output_lower_bound=True), _record(input_tokens=1000)]
    bills = {"s1": CostState("s1", 0.018), "s0": CostState("s0", 0.001)}
    first, second = reconcile(records, bills, load_prices())
    assert first == ("s1", Decimal("0.008"), Decimal("0.018"), 1)
    assert (first.missing, second.missing) == (Decimal("0.010"), Decimal("0.001"))

"""Routing efficiency: which tasks count, and which of them ran no higher than they should have."""

from __future__ import annotations

from decimal import Decimal

from tests.support.spending import HAIKU, SONNET, decision, record, report_of

FLAG = {"row": "flag", "session_id": "s1"}


def test_a_task_at_its_decided_tier_is_well_routed_and_one_above_is_not() -> None:
    calls = [record(1, agent="doc-writer", model=HAIKU), record(2, agent="implementer")]
    rows = [decision("doc-writer", "light", "docs"), decision("implementer", "mid", "feature")]
    found = report_of(calls, rows).efficiency
    assert (found.good, found.tasks, found.ratio) == (1, 2, 0.5)
    assert found.cost == Decimal("0.0205")


def test_a_task_below_its_decided_tier_counts_as_well_routed() -> None:
    found = report_of(
        [record(1, agent="implementer", model=HAIKU)], [decision("implementer", "mid", "feature")]
    )
    assert found.efficiency.ratio == 1


def test_without_a_decision_the_agent_s_line_in_the_policy_is_right() -> None:
    assert report_of([record(1, agent="Explore")]).efficiency.ratio == 0
    assert report_of([record(1, agent="Explore", model=HAIKU)]).efficiency.ratio == 1


def test_the_main_conversation_and_agents_the_policy_does_not_name_are_not_in_the_denominator() -> (
    None
):
    found = report_of([record(1), record(2, agent="stranger")]).efficiency
    assert (found.tasks, found.ratio) == (0, None)


def test_all_calls_of_a_subagent_are_one_task_and_its_dearest_model_counts() -> None:
    calls = [record(1, agent="Explore", model=HAIKU), record(2, agent="Explore", model=SONNET)]
    assert (report_of(calls).efficiency.good, report_of(calls).efficiency.tasks) == (0, 1)


def test_cheaper_makes_a_followed_decision_wrong() -> None:
    rows = [decision("implementer", "mid", "feature")]
    rows.append({**FLAG, "tool_use_id": "toolu_implementer", "flag": "cheaper"})
    found = report_of([record(1, agent="implementer", model=SONNET)], rows).efficiency
    assert (found.good, found.tasks, found.flags) == (0, 1, {"cheaper": 1})


def test_needed_frontier_makes_the_top_tier_right_and_a_lower_one_too_low() -> None:
    rows = [decision("implementer", "mid", "feature")]
    rows.append({**FLAG, "agent_id": "a-implementer", "flag": "needed-frontier"})
    above = report_of([record(1, agent="implementer")], rows).efficiency
    assert (above.ratio, above.too_low) == (1, 0)
    below = report_of([record(1, agent="implementer", model=SONNET)], rows).efficiency
    assert (below.ratio, below.too_low) == (1, 1)


def test_a_flagged_session_counts_although_nobody_routed_it() -> None:
    found = report_of([record(1)], [{**FLAG, "flag": "cheaper"}]).efficiency
    assert (found.good, found.tasks) == (0, 1)


def test_the_last_judgement_on_a_task_holds() -> None:
    rows = [{**FLAG, "flag": "cheaper"}, {**FLAG, "flag": "needed-frontier"}]
    assert report_of([record(1)], rows).efficiency.flags == {"needed-frontier": 1}

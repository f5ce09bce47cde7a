"""What the same work would have cost elsewhere, reckoned by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.spending import HAIKU, OPUS, SONNET, decision, default_table, record, report_of

from tierwise.domain import factors
from tierwise.pricing.elsewhere import Range, span_of
from tierwise.report.counterfactual import Baseline

TURNS = Decimal(str(factors.TURNS_PER_TIER))


def baseline(
    report_name: str, *records: object, rows: object = (), policy: object = None
) -> Baseline:
    report = report_of(records, rows, policy)  # type: ignore[arg-type]
    return next(item for item in report.baselines if item.name == report_name)


def test_what_ran_on_the_top_tier_costs_there_what_it_cost() -> None:
    found = baseline("all-frontier", record())
    assert found.cost == Range(Decimal("0.02"), Decimal("0.02"))
    assert found.saved == Range()


def test_another_version_of_the_top_tier_s_family_is_the_top_tier() -> None:
    found = baseline("all-frontier", record(model="claude-opus-4-8"))
    assert found.cost == Range(Decimal("0.025"), Decimal("0.025"))


def test_work_of_the_cheapest_tier_costs_the_top_s_price_at_most_and_fewer_turns_at_least() -> None:
    found = baseline("all-frontier", record(model=HAIKU, output_tokens=1_000_000))
    assert found.actual == Decimal("0.5")
    assert found.cost.high == 20
    assert found.cost.low == pytest.approx(20 / TURNS**2)


def test_work_moved_down_costs_more_than_the_price_list_says() -> None:
    found = baseline("all-mid", record(output_tokens=1_000_000))
    assert found.cost.low == 10
    assert found.cost.high == pytest.approx(10 * TURNS)


def test_a_newer_tokenizer_counts_more_of_the_same_text() -> None:
    low, high = span_of("claude-haiku-4-5-20251001", OPUS, 0)
    assert (low, high) == (1, Decimal(str(factors.TOKENIZER)))
    low, high = span_of(OPUS, "claude-sonnet-4-5", 0)
    assert (low, high) == (1 / Decimal(str(factors.TOKENIZER)), 1)
    assert span_of(SONNET, OPUS, 0) == (1, 1)


def test_the_policy_s_baseline_puts_each_subagent_on_its_own_tier() -> None:
    found = baseline("policy", record(1, agent="Explore"), record(2, agent="Plan"), record(3))
    assert found.actual == Decimal("0.06")
    assert found.cost.low == Decimal(
        "0.0405"
    )  # Explore on Haiku; Plan and the main conversation as they ran


def test_work_that_a_command_does_costs_the_policy_nothing() -> None:
    found = baseline(
        "policy", record(1, agent="lint"), rows=[decision("lint", "automated", "lint")]
    )
    assert (found.actual, found.cost) == (Decimal("0.02"), Range())


def test_what_has_no_price_is_on_neither_side() -> None:
    found = baseline("all-frontier", record(1), record(2, model="claude-unheard-of-9"))
    assert found.actual == found.cost.high == Decimal("0.02")


def test_a_ladder_of_two_tiers_has_no_middle() -> None:
    table = default_table(ladder=["light", "frontier"])
    names = [item.name for item in report_of([record()], (), table).baselines]
    assert names == ["all-frontier", "policy"]


def test_what_the_session_router_saved_is_routings_and_not_the_persons() -> None:
    routed = {"row": "turn", "session_id": "s1", "routing": "on", "time": "2026-11-02T08:00:01Z"}
    paused = {**routed, "routing": "paused", "time": "2026-11-02T08:00:03Z"}
    calls = [record(number, model=SONNET) for number in (1, 2)]
    found = baseline("all-frontier", *calls, rows=[routed, paused])
    assert found.saved.high > 0
    assert found.routed == Range(found.saved.low / 2, found.saved.high / 2)
    assert found.chosen == found.routed

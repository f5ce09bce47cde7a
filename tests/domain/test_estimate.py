"""An estimate and a report give the same work the same price on the top tier."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.spending import HAIKU, SONNET, decision, default_table, record, report_of

from tierwise.domain.estimate import (
    LOOP,
    DailyTask,
    Work,
    add_rows,
    estimate_cost,
    estimate_mix,
    estimate_step,
    route_of,
)
from tierwise.domain.models import known_id

WORK = Work(40_000, 900_000, 7_000)


@pytest.mark.parametrize(
    ("kind", "agent", "model"), [("search", "Explore", HAIKU), ("feature", "i", SONNET)]
)
def test_an_estimate_says_what_the_report_says_of_the_same_tokens(
    kind: str, agent: str, model: str
) -> None:
    table = default_table()
    table["tiers"] = {name: {**tier, "effort": "high"} for name, tier in table["tiers"].items()}
    table["routes"] = {name: {**route, "effort": "high"} for name, route in table["routes"].items()}
    tier = route_of(table, kind)["tier"]
    assert known_id(table["tiers"][tier]["model"]) == known_id(model)
    (row,) = estimate_mix(table, [DailyTask(kind, 1, WORK)])
    call = record(
        agent=agent,
        model=model,
        cache_write_5m_tokens=WORK.written,
        cache_read_tokens=WORK.read,
        output_tokens=WORK.output,
    )
    report = report_of([call], [decision(agent, tier, kind)], table)
    on_top = report.baselines[0]
    if (
        model == HAIKU
    ):  # one call of 947,000 tokens pays Haiku's long-prompt price; many short ones do not
        assert row.routed_usd is not None and row.routed_usd < float(report.total.cost)
    else:
        assert row.routed_usd == pytest.approx(float(report.total.cost))
    assert row.without_low_usd == pytest.approx(float(on_top.cost.low))
    assert row.without_high_usd == pytest.approx(float(on_top.cost.high))


def test_a_feature_by_hand_is_a_range_of_one_step() -> None:
    # Sonnet 5.5 to Opus 5.5 at effort high: 1M output tokens are $15 and $25, a step is 1.48 either way.
    table = default_table()
    table["routes"] = {"feature": {"tier": "mid", "effort": "high"}}
    (row,) = estimate_mix(table, [DailyTask("feature", 1, Work(0, 0, 1_000_000))])
    assert row.without_high_usd is not None and row.without_low_usd is not None
    assert row.without_high_usd / row.without_low_usd == pytest.approx(1.48)
    assert row.saved_share == (
        pytest.approx(1 - (row.routed_usd or 0) / row.without_low_usd),
        pytest.approx(1 - (row.routed_usd or 0) / row.without_high_usd),
    )


def test_a_day_adds_up_its_ranges() -> None:
    rows = estimate_mix(
        default_table(), [DailyTask("feature", 2, WORK), DailyTask("search", 3, WORK)]
    )
    total = add_rows(rows)
    assert total.count == 5
    assert total.without_low_usd == sum(row.without_low_usd or 0 for row in rows)
    assert Decimal(str(total.without_high_usd or 0)) > Decimal(str(total.without_low_usd or 0))


def test_a_step_of_the_loop_costs_what_an_estimate_says_of_its_work() -> None:
    table = default_table()
    writing = next(step for step in LOOP if step.agent == "doc-writer")
    (expected,) = estimate_mix(table, [DailyTask("docs", 1, writing.work)])
    found = estimate_step(table, writing)
    assert (found.tier, found.routed_usd) == (expected.tier, expected.routed_usd)
    assert found.without_low_usd == expected.without_low_usd
    assert found.without_high_usd == expected.without_high_usd
    smoke = estimate_step(table, LOOP[-1])
    assert (smoke.tier, smoke.routed_usd) == ("automated", 0.0)
    assert smoke.without_low_usd == smoke.without_high_usd


def test_own_prices_hold_under_any_spelling_of_the_models_name() -> None:
    own = {SONNET: {"input": 1.0, "output": 2.0}}
    million = Work(0, 0, 1_000_000)
    assert estimate_cost(million, "sonnet", "high", own) == estimate_cost(
        million, SONNET, "high", own
    )
    assert estimate_cost(million, "sonnet", "high", own) == pytest.approx(2.0)

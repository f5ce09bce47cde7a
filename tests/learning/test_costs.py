"""What a spawn cost, from the calls that the transcripts tell of."""

from __future__ import annotations

import pytest

from tierwise.domain.ladder import ladder_of
from tierwise.domain.table import load_default
from tierwise.learning.costs import CostsElsewhere, add_costs
from tierwise.learning.outcomes import Outcome
from tierwise.pricing.prices import load_prices
from tierwise.transcripts.records import UsageRecord

PRICES = load_prices({})


def record(model: str) -> UsageRecord:
    return UsageRecord(
        message_id=model,
        session="s",
        model=model,
        timestamp=1_780_000_000_000,
        input_tokens=1_000_000,
        tool_use_id="t",
    )


def cost_of(*models: str) -> float | None:
    outcome = Outcome("t", "s", "", "light", "docs", "", "", "")
    add_costs([outcome], map(record, models), PRICES)
    return outcome.cost


def test_the_calls_of_a_spawn_are_added_up() -> None:
    assert cost_of("claude-haiku-4-5", "claude-haiku-4-5") == pytest.approx(2.0)


def test_a_cost_of_which_a_part_is_unknown_is_unknown() -> None:
    assert cost_of("claude-haiku-4-5", "nobody-knows-1") is None


def test_without_calls_nothing_is_known() -> None:
    assert cost_of() is None


def test_the_same_tokens_on_another_tier_cost_a_range() -> None:
    outcome = Outcome("t", "s", "", "light", "docs", "", "", "")
    elsewhere = CostsElsewhere([record("claude-haiku-4-5")], PRICES, ladder_of(load_default()))
    found = elsewhere.find_costs(outcome, "mid")
    assert found is not None
    assert 0 < found.low < found.high
    assert elsewhere.find_costs(outcome, "no-tier") is None
    other = Outcome("u", "s", "", "light", "docs", "", "", "")
    assert elsewhere.find_costs(other, "mid") is None

"""What a conversation that changed its model would have cost on one: replayed with one cache."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from tests.support.spending import HAIKU, OPUS, SONNET, START, record, report_of

from tierwise.pricing.prices import load_prices, price
from tierwise.report.one_cache import keep_one_model
from tierwise.transcripts.records import UsageRecord

GAP = 20_000
"""Milliseconds between two calls: every cache entry is still there."""


def converse(models: list[str], growth: list[int], caches: str) -> list[UsageRecord]:
    """Play a conversation; ``caches`` is "each model" for one a model, "one" for a single one."""
    held: dict[str, int] = {}
    prompt = 0
    calls = []
    for number, (model, added) in enumerate(zip(models, growth, strict=True)):
        prompt += added
        key = model if caches == "each model" else "one"
        read = held.get(key, 0)
        calls.append(
            record(
                number,
                model=model,
                timestamp=START + number * GAP,
                input_tokens=3,
                cache_read_tokens=read,
                cache_write_5m_tokens=prompt - read,
                output_tokens=400,
            )
        )
        held[key] = prompt
    return calls


def truth_on(model: str, models: list[str], growth: list[int]) -> Decimal:
    """What the conversation costs with one cache and every call on one model."""
    prices = load_prices()
    calls = converse(models, growth, "one")
    return sum((price(call, prices, model).cost or Decimal(0) for call in calls), Decimal(0))


def test_the_readme_s_opusplan_is_compared_with_one_cache() -> None:
    models = ([OPUS] * 4 + [SONNET] * 8) * 5
    growth = [30_000] + [2_000] * 59
    report = report_of(converse(models, growth, "each model"))
    found = next(item for item in report.baselines if item.name == "all-frontier")
    truth = truth_on(OPUS, models, growth)
    # By hand: 60 * 3 in at $4/M, 24,000 out at $20/M, 148,000 written at $5/M, and read at $0.20/M what stood
    # before each call: 59 * 30,000 + 2,000 * (0 + 1 + … + 58)
    by_hand = Decimal("0.00072") + Decimal("0.48") + Decimal("0.74")
    by_hand += Decimal(59 * 30_000 + 2_000 * sum(range(59))) * Decimal("0.2") / 1_000_000
    assert truth == by_hand
    assert found.cost.low <= truth <= found.cost.high
    assert found.cost.high == truth


@pytest.mark.parametrize("seed", range(20))
def test_the_range_contains_the_truth_of_any_conversation(seed: int) -> None:
    dice = random.Random(seed)
    models = [dice.choice([OPUS, OPUS, SONNET, HAIKU]) for _ in range(60)]
    growth = [dice.randint(5_000, 60_000)] + [dice.randint(50, 900) for _ in range(59)]
    report = report_of(converse(models, growth, "each model"))
    for name, model in (("all-frontier", OPUS), ("all-mid", SONNET)):
        found = next(item for item in report.baselines if item.name == name)
        assert found.cost.low <= truth_on(model, models, growth) <= found.cost.high


def test_an_entry_that_had_expired_would_have_been_written_all_the_same() -> None:
    calls = converse([OPUS, SONNET], [10_000, 500], "each model")
    late = [calls[0], record(1, model=SONNET, timestamp=START + 301_000, cache_write_5m_tokens=9)]
    for row in keep_one_model(report_of(late).rows):
        assert row.calls.records[0].cache_read_tokens == 0


def test_a_context_that_was_cut_is_not_what_stood_in_the_cache() -> None:
    calls = [
        record(1, cache_write_5m_tokens=100_000),
        record(2, model=SONNET, cache_write_5m_tokens=8_000),
    ]
    rows = report_of(calls).rows
    assert keep_one_model(rows) == rows


def test_subagents_start_cold_on_any_model() -> None:
    calls = [
        record(1, agent="Explore", cache_write_5m_tokens=9_000),
        record(2, agent="Explore", model=SONNET, cache_write_5m_tokens=9_500),
    ]
    rows = report_of(calls).rows
    assert keep_one_model(rows) == rows

"""What a call costs: dates, overrides, discounts, and models that have no price."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tierwise.domain import models
from tierwise.pricing.prices import load_prices, price, price_tokens
from tierwise.transcripts.records import Part, UsageRecord


def _record(model: str, when: str = "2026-11-01", **fields: object) -> UsageRecord:
    at = datetime.fromisoformat(when).replace(tzinfo=timezone.utc)
    return UsageRecord("m", "s", model, int(at.timestamp() * 1000), **fields)  # type: ignore[arg-type]


def test_every_listed_model_has_every_price() -> None:
    prices = load_prices()
    for model in models.load_facts()["models"]:
        rates = prices.rates(model)
        assert rates is not None
        assert None not in rates.tokens
        assert rates.web_search == Decimal("0.01")


def test_a_price_is_that_of_the_call_s_day() -> None:
    reads = {"cache_read_tokens": 1_000_000}
    before = _record("claude-sonnet-5-5", "2026-10-06", **reads)
    after = _record("claude-sonnet-5-5", "2026-10-07", **reads)
    prices = load_prices()
    assert [price(record, prices).cost for record in (before, after)] == [
        Decimal("0.2"),
        Decimal("0.1"),
    ]


@pytest.mark.parametrize(
    ("spelling", "known"),
    [
        ("claude-opus-4-5-20251101", "claude-opus-4-5"),
        ("claude-opus-4-20250514", "claude-opus-4-0"),
        ("us.anthropic.claude-opus-4-8-v1:0", "claude-opus-4-8"),
        ("claude-sonnet-4@20250514", "claude-sonnet-4-0"),
        ("anthropic/claude-haiku-5-5", "claude-haiku-5-5"),
        ("claude-opus-5[1m]", "claude-opus-5"),
        ("claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet"),
        ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
        ("bedrock/global.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-v1:0",
            "claude-opus-5",
        ),
        ("Claude-Opus-5", "claude-opus-5"),
        ("opus", "claude-opus-5-5"),
    ],
)
def test_a_model_is_known_by_every_provider_s_spelling(spelling: str, known: str) -> None:
    assert models.known_id(spelling) == known


@pytest.mark.parametrize(
    "model", ["claude-opus-9", "claude-opus-5-9", "claude-opus-5-mini", "gpt-5", "", "unknown"]
)
def test_a_near_match_is_no_match(model: str) -> None:
    assert models.known_id(model) is None
    assert price(_record(model, input_tokens=5, cache_read_tokens=7), load_prices()) == (None, 12)


def test_a_record_can_be_priced_as_if_another_model_had_served_it() -> None:
    record = _record("claude-haiku-5-5", input_tokens=1_000_000)
    assert price(record, load_prices(), model="claude-opus-5-5").cost == 4


def test_fast_mode_without_prices_of_its_own_costs_the_standard_ones() -> None:
    record = _record("claude-sonnet-5", input_tokens=1_000_000, fast=True)
    assert price(record, load_prices()).cost == 2


def test_passes_that_do_not_add_up_lose_no_token() -> None:
    record = _record("claude-haiku-5-5", input_tokens=200_000, parts=(Part(1), Part(2)))
    assert price(record, load_prices()).cost == Decimal("0.1")


def test_the_version_names_the_table_and_changes_with_it() -> None:
    assert load_prices().version == load_prices().version
    assert load_prices().version.startswith(models.as_of())
    assert load_prices().version != load_prices({"opus": {"input": 3, "output": 15}}).version


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-sonnet-5-5", "unheard", "partly"])
@pytest.mark.parametrize("long", [20_000, 200_000])
def test_moved_tokens_cost_what_a_record_of_them_costs(model: str, long: int) -> None:
    prices = load_prices({"partly": {"output": 5}})
    record = _record("claude-opus-5-5", output_tokens=7, web_searches=2, geo="us")
    tokens = (3, 500, 1_000, 40, long)
    moved = replace(
        record,
        input_tokens=3,
        output_tokens=500,
        cache_write_5m_tokens=1_000,
        cache_write_1h_tokens=40,
        cache_read_tokens=long,
    )
    assert price_tokens(record, prices, model, tokens) == price(moved, prices, model).cost


def test_tokens_of_classes_without_a_price_alone_cost_nobody_knows_what() -> None:
    prices = load_prices({"partly": {"output": 5}})
    record = _record("claude-opus-5-5")
    assert price_tokens(record, prices, "partly", (3, 0, 0, 0, 9)) is None

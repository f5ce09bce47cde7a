"""Prices as the policy and the client state them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tierwise.errors import TierwiseError
from tierwise.pricing.prices import load_prices, price
from tierwise.transcripts.records import UsageRecord

NOVEMBER = 1_793_491_200_000
"""The first of November 2026."""


def _record(model: str, **fields: object) -> UsageRecord:
    return UsageRecord("m", "s", model, NOVEMBER, **fields)  # type: ignore[arg-type]


def test_the_policy_s_prices_win_and_keep_the_list_s_for_what_they_leave_out() -> None:
    prices = load_prices({"opus": {"input": 3, "output": 15.5, "cache_read": None}})
    record = _record(
        "claude-opus-5-5",
        input_tokens=1_000_000,
        output_tokens=1_000_000,
        cache_read_tokens=1_000_000,
    )
    assert price(record, prices).cost == Decimal("3") + Decimal("15.5") + Decimal("0.2")


def test_own_prices_of_an_unheard_of_model_leave_the_other_classes_unpriced() -> None:
    prices = load_prices({"local-llm": {"input": 1, "output": 2}})
    record = _record("local-llm", input_tokens=1_000_000, cache_read_tokens=500)
    assert price(record, prices) == (1, 500)


def test_the_client_s_contract_prices_take_no_geography_and_one_price_for_writes() -> None:
    row = {"input": 2, "output": 8, "cacheRead": 0.1, "cacheWrite": 3}
    prices = load_prices(
        client_settings={"modelPricing": {"overrides": {"claude-opus-5-5": row}, "multiplier": 0.5}}
    )
    record = _record(
        "claude-opus-5-5", cache_write_5m_tokens=500_000, cache_write_1h_tokens=500_000, geo="us"
    )
    assert price(record, prices).cost == Decimal("1.5")


def test_the_client_s_multiplier_applies_to_the_list_searches_and_bands_too() -> None:
    prices = load_prices(client_settings={"modelPricing": {"multiplier": 0.85}})
    record = _record("claude-haiku-5-5", input_tokens=1_000_000, web_searches=1)
    assert price(record, prices).cost == Decimal("0.5") * Decimal("0.85") + Decimal("0.0085")


def test_the_policy_s_prices_are_final_whatever_the_client_s_multiplier() -> None:
    prices = load_prices(
        {"opus": {"input": 3, "output": 15}}, {"modelPricing": {"multiplier": 0.5}}
    )
    assert price(_record("claude-opus-5-5", input_tokens=1_000_000), prices).cost == 3


@pytest.mark.parametrize(
    ("policy", "settings", "place"),
    [
        ({"opus": {"input": "much"}}, None, "prices.opus.input"),
        ({"opus": {"input": -1}}, None, "prices.opus.input"),
        ({"opus": {"input": True}}, None, "prices.opus.input"),
        (None, {"modelPricing": {"multiplier": 0}}, "modelPricing.multiplier"),
        (None, {"modelPricing": {"multiplier": 11}}, "modelPricing.multiplier"),
        (None, {"modelPricing": {"overrides": {"x": {"input": 1}}}}, "modelPricing.overrides.x"),
    ],
)
def test_a_price_that_is_none_is_refused_with_its_place(
    policy: dict, settings: dict, place: str
) -> None:  # type: ignore[type-arg]
    with pytest.raises(TierwiseError) as caught:
        load_prices(policy, settings)
    assert caught.value.place == place
    assert caught.value.remedy

"""What a turn is estimated to cost."""

from __future__ import annotations

import pytest

from tierwise.session.turn_cost import estimate_turn


def test_a_cold_cache_costs_the_whole_context() -> None:
    warm = estimate_turn("opus", 60_000, 60_000, 1)
    cold = estimate_turn("opus", 60_000, 0, 1)
    assert warm is not None
    assert cold is not None
    # 60,000 tokens at $5.00 written instead of $0.20 read, a million.
    assert cold - warm == pytest.approx(60_000 * (5.00 - 0.20) / 1_000_000)


def test_a_long_prompt_is_in_the_dearer_band() -> None:
    below = estimate_turn("haiku", 100_000, 0, 1)
    above = estimate_turn("haiku", 100_001, 0, 1)
    assert below is not None
    assert above is not None
    assert above > 4 * below


def test_a_model_without_a_price_has_no_estimate() -> None:
    assert estimate_turn("qwen3", 1000, 0, 1) is None


def test_the_policys_own_prices_are_used() -> None:
    prices = {"opus": {"cache_read": 400.0}}
    listed = estimate_turn("opus", 60_000, 60_000, 1)
    own = estimate_turn("opus", 60_000, 60_000, 1, prices=prices)
    assert listed is not None
    assert own is not None
    assert own > 100 * listed

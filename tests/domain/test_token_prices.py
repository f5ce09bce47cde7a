"""Prices for those who cannot wait: the policy's own, else the list's, by the length of the prompt."""

from __future__ import annotations

from tierwise.domain.models import load_facts
from tierwise.domain.token_prices import find_price, has_all_classes

HAIKU = "claude-haiku-5-5"


def test_a_long_prompt_has_the_prices_of_its_band() -> None:
    assert find_price(HAIKU, None, 100_000)["input"] == 0.10
    assert find_price(HAIKU, None, 100_001)["input"] == 0.50


def test_the_policys_own_prices_hold_for_any_length() -> None:
    own = {"haiku": {"input": 0.3, "output": None}}
    price = find_price(HAIKU, own, 200_000)
    assert (price["input"], price["output"]) == (0.3, 0.50)


def test_another_makers_model_has_the_prices_that_the_policy_gives() -> None:
    own = {"Qwen-Coder": {"input": 0.3, "output": 1.2}}
    price = find_price("qwen-coder", own)
    assert price == {"input": 0.3, "output": 1.2}
    assert not has_all_classes(price)
    assert find_price("unknown") == {}


def test_every_listed_model_has_all_classes() -> None:
    assert all(has_all_classes(find_price(model)) for model in load_facts()["models"])

"""Texts that the YAML reader refuses before anything is read into them."""

from __future__ import annotations

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy


def test_a_control_character_is_refused_with_its_place() -> None:
    with pytest.raises(PolicyError, match=r"^tierwise.yaml:2:7: not YAML: "):
        parse_policy(b"version: 1\nmode: \x07\n")


@pytest.mark.parametrize("text", ["a: " + "[" * 5000, "a: " + "{b: " * 5000, "- " * 3000 + "x"])
def test_nesting_without_end_is_refused_and_crashes_nothing(text: str) -> None:
    with pytest.raises(
        PolicyError, match=r"^tierwise.yaml:1:\d+: nested more than 50 levels deep$"
    ):
        parse_policy(text.encode())


@pytest.mark.slow
def test_aliases_that_multiply_without_end_are_refused() -> None:
    lines = ["a0: &a0 [" + "x, " * 10 + "]"]
    lines += [f"a{level}: &a{level} [" + f"*a{level - 1}, " * 10 + "]" for level in range(1, 10)]
    with pytest.raises(PolicyError, match="more than 100,000 values"):
        parse_policy("\n".join(lines).encode())

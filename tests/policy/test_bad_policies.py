"""Every bad policy gives exactly the message that stands beside it in ``tests/data/policies/bad.txt``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy

DATA = Path(__file__).parent.parent / "data" / "policies" / "bad.txt"


def _cases() -> list[tuple[str, str]]:
    blocks = DATA.read_text(encoding="utf-8").split("\n=====\n")
    pairs = [block.split("\n--- says\n") for block in blocks if block.strip()]
    return [(text, message) for text, message in pairs]


CASES = _cases()


@pytest.mark.parametrize(
    ("text", "message"), CASES, ids=[message.split(": ", 1)[1][:60] for _, message in CASES]
)
def test_a_bad_policy_is_refused_with_place_cause_and_remedy(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(f"{text}\n".encode())
    assert str(caught.value) == message


def test_there_are_at_least_sixty_of_them() -> None:
    assert len({message for _, message in CASES}) >= 60


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(PolicyError, match=r"^tierwise.yaml:2: byte 17 is not UTF-8$"):
        parse_policy(b"version: 1\nmode: \xff\n")


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

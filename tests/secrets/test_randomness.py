"""What a program generates is told from what people type."""

from __future__ import annotations

import random
import string

import pytest

from tierwise.secrets import randomness

TYPED = [
    b"your-api-key-goes-here",
    b"abcdefghijklmnopqrst",
    b"12345678901234567890",
    b"xxxxxxxxxxxxxxxxxxxx",
    b"REPLACE_ME_WITH_YOUR_TOKEN",
    b"onlysmalllettersinlongword",
]


def _generate(alphabet: str, length: int, seed: int) -> bytes:
    chance = random.Random(seed)
    return "".join(chance.choice(alphabet) for _ in range(length)).encode()


@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_out_is_not_random(text: bytes) -> None:
    assert not randomness.looks_random(text)


@pytest.mark.parametrize("length", [20, 32, 40, 64])
def test_what_is_generated_is_random(length: int) -> None:
    alphabet = string.ascii_letters + string.digits
    texts = [_generate(alphabet, length, seed) for seed in range(300)]
    assert sum(randomness.looks_random(text) for text in texts) >= 297


def test_entropy_is_in_bits_a_byte() -> None:
    assert randomness.measure_entropy(b"aaaa") == 0
    assert randomness.measure_entropy(b"abab") == 1
    assert randomness.measure_entropy(bytes(range(256))) == 8


@pytest.mark.parametrize(
    ("text", "classes", "turns"), [(b"abc", 1, 0), (b"aB3", 3, 2), (b"a-B", 2, 0), (b"a1b2", 2, 3)]
)
def test_classes_and_turns_are_counted(text: bytes, classes: int, turns: int) -> None:
    assert randomness.count_classes(text) == classes
    assert randomness.count_turns(text) == turns

"""Whether text could be a generated key rather than a placeholder, a word or a counting sequence."""

from __future__ import annotations

import re
from itertools import pairwise
from math import log2

from tierwise.secrets.shapes import (
    DIGITS,
    LOWER,
    UPPER,
    load_shapes,
)

_LEAST_CLASSES = 2  # of small letters, capitals and digits
_SHORT = 16  # characters; so few may well be letters of one case alone
_MOST_STEPS = 0.4  # neighbours in the alphabet, a character
_LEAST_ENTROPY = 3.0  # bits a byte
_LEAST_ENTROPY_SHORT = 2.6
_SHORT_FOR_ENTROPY = 20
# Where capitals, small letters and digits follow each other.
_TURN = re.compile(
    rb"""
    (?<=[a-z]) (?=[A-Z0-9])
    | (?<=[A-Z]) (?=[a-z0-9])
    | (?<=[0-9]) (?=[A-Za-z])
    """,
    re.VERBOSE,
)


def looks_random(text: bytes) -> bool:
    """Return whether ``text`` could be a generated key.

    The floors leave random text of each alphabet in and keep what people type out; the tests measure both.
    """
    lower = text.lower()
    if has_placeholder(lower):
        return False
    pairs = pairwise(lower)
    steps = sum(right - left in (0, 1, -1) for left, right in pairs)
    if steps > _MOST_STEPS * len(text):
        return False
    if count_classes(text) < _LEAST_CLASSES and len(text) > _SHORT:
        return False
    least = _LEAST_ENTROPY
    if len(text) <= _SHORT_FOR_ENTROPY:
        least = _LEAST_ENTROPY_SHORT
    return measure_entropy(text) >= least


def has_placeholder(lower: bytes) -> bool:
    """Return whether text in small letters holds a word that only placeholders have."""
    return any(word in lower for word in load_shapes().placeholders)


def count_classes(text: bytes) -> int:
    """Return how many of digits, capitals and small letters occur in ``text``."""
    others = [text.translate(None, group) for group in (DIGITS, UPPER, LOWER)]
    return sum(len(rest) != len(text) for rest in others)


def count_turns(text: bytes) -> int:
    """Return how often capitals, small letters and digits follow each other."""
    return len(_TURN.findall(text))


def measure_entropy(text: bytes) -> float:
    """Return the Shannon entropy of the bytes in ``text``, in bits a byte."""
    shares = [text.count(byte) / len(text) for byte in set(text)]
    return -sum(share * log2(share) for share in shares)

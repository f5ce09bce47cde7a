"""The public shapes of well-known tokens, read from ``shapes.json``.

Sources: the issuers' own pages on token formats and secret-scanning partners' public patterns.  Lengths are
kept a little wider than what is issued today, since issuers lengthen their tokens now and then.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache

from tierwise.files import read_bytes

DIGITS = b"0123456789"
UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER = UPPER.lower()
ALNUM = DIGITS + UPPER + LOWER
WORD = ALNUM + b"_"
URL = WORD + b"-"
HEX = DIGITS + b"abcdef"
BASE64 = ALNUM + b"+/="
# An alphabet in the data is some of these words, and single characters besides.
_ALPHABETS = {
    "digits": DIGITS,
    "upper": UPPER,
    "lower": LOWER,
    "alnum": ALNUM,
    "word": WORD,
    "url": URL,
    "hex": HEX,
    "base64": BASE64,
}


@dataclass(frozen=True)
class Shape:
    """A token that begins with a public prefix, then ``least`` to ``most`` characters of one alphabet."""

    prefix: bytes
    what: str
    alphabet: bytes
    least: int
    most: int


@dataclass(frozen=True)
class Mark:
    """A token whose public mark is in its middle."""

    mark: bytes
    what: str
    before: bytes
    before_length: int
    after: bytes
    least: int
    most: int


@dataclass(frozen=True)
class Shapes:
    """Everything that the data file knows.  ``published``: fingerprints of keys that their issuers print."""

    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    published: frozenset[str]
    placeholders: tuple[bytes, ...]


@cache
def load_shapes() -> Shapes:
    """Read the data file."""
    path = os.path.join(
        os.path.dirname(__file__),
        "shapes.json",
    )
    data = json.loads(read_bytes(path) or b"{}")
    shapes = tuple(
        Shape(
            prefix=entry["prefix"].encode(),
            what=entry["what"],
            alphabet=_read_alphabet(entry["alphabet"]),
            least=entry["least"],
            most=entry["most"],
        )
        for entry in data["shapes"]
    )
    marks = tuple(
        Mark(
            mark=entry["mark"].encode(),
            what=entry["what"],
            before=_read_alphabet(entry["before"]),
            before_length=entry["before_length"],
            after=_read_alphabet(entry["after"]),
            least=entry["least"],
            most=entry["most"],
        )
        for entry in data["marks"]
    )
    published = frozenset(entry["fingerprint"] for entry in data["published"])
    placeholders = tuple(word.encode() for word in data["placeholders"])
    return Shapes(shapes, marks, published, placeholders)


def _read_alphabet(words: str) -> bytes:
    parts = [_ALPHABETS.get(word, word.encode()) for word in words.split(" ")]
    return b"".join(parts)

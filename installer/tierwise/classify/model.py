"""The learned reading: a linear model over the features of a text.  Standard library only: hooks import this.

`model.bin` is data that `python bench/train_router.py` writes from the labelled texts.  Each feature has a row of
codes, and each code stands for a head and a weight; a head's score is the sum of its weights over the features that
are there, those of the body weighing less the more there are, times SCALE and divided by the square root of how many
features are known.  Nothing else enters, so that the words that counted, with their weights, are the whole explanation.
"""

from __future__ import annotations

import os
import sys
from _operator import add
from binascii import crc32
from itertools import accumulate

from tierwise.domain.kinds import KINDS
from tierwise.memo import Memo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tierwise.classify.features import Evidence

PATH = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "model.bin",
)
ACTS = (
    "find",
    "read",
    "explain",
    "write",
    "change",
    "run",
    "judge",
    "decide",
    "talk",
)
HEADS = (*KINDS, *ACTS, "protected")
FIRST_ACT, PROTECTED = len(KINDS), len(HEADS) - 1

# The file: MAGIC, the number of heads, a signed bias of two bytes a head, the head of every code and its weight (a byte
# each), the length of every slot (one byte), the slots.  A slot: how many rows it has, for each the first byte that
# checks the feature, then the second half-byte of it with the place of the row's length in LENGTHS, then all codes.
MAGIC = b"TWR3"
SLOT_BITS = 12
SLOTS = 1 << SLOT_BITS
CODES = 256
NO_CODE = 0  # weighs nothing: it fills a row up to one of the lengths
SCALE = 1 / 16
BODY = 40  # features of the lead that all of the rest together can weigh
ZERO = 128  # the byte of a weight of nothing
LENGTHS = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    10,
    12,
    14,
    16,
    19,
    23,
    28,
    len(HEADS),
)  # codes of a row
_LENGTH_BITS = 4
_LENGTH_OF = bytes(LENGTHS) * len(LENGTHS)
_SLOT_MASK = SLOTS - 1
FIRST_SHIFT, SECOND_SHIFT = 24, 16 + _LENGTH_BITS
SECOND_MASK = (1 << 8 - _LENGTH_BITS) - 1
_BIASES = len(MAGIC) + 1
_HEADS_OF = _BIASES + 2 * len(HEADS)
_WEIGHTS_OF = _HEADS_OF + CODES
_INDEX = _WEIGHTS_OF + CODES
_ROWS = _INDEX + SLOTS
_E = 2.718281828459045
_LEAST_EXPONENT = -700.0  # below it, a float's power of e is 0
# What speaks for these heads may be a repository's own noun, which then weighs a third: a tokenizer's token.
_NOUN_HEADS = frozenset(
    HEADS.index(head) for head in ("security", "schema", "migration", "architecture", "protected")
)
_NOUN_SHARE = 3
# The weights of a feature as one number, so that one sum adds up all heads: a lane for each, the last counts features.
# A lane has a sign, so that _MOST_ADDED features fit into one sum.
_LANE_BYTES = 2
_LANE_BITS = 8 * _LANE_BYTES
_MOST_ADDED = 256
_LANES = len(HEADS) + 1
_ONE_FEATURE = 1 << _LANE_BITS * len(HEADS)
_SIGNS = int.from_bytes(b"\0\x80" * _LANES, "little")


class Scores:
    """A score for every head, and how many features the model knew."""

    def __init__(
        self,
        heads: list[float],
        known: int,
    ) -> None:
        self.heads = heads
        self.known = known

    def kinds(self) -> list[float]:
        """The probability of each kind, in the order of KINDS."""
        return _normalise_scores(self.heads[:FIRST_ACT])

    def acts(self) -> dict[str, float]:
        """The probability of each act."""
        return dict(zip(ACTS, _normalise_scores(self.heads[FIRST_ACT:PROTECTED]), strict=True))

    def protected(self) -> float:
        """The probability that the work changes protected things."""
        odds: float = _E ** min(-_LEAST_EXPONENT, -self.heads[PROTECTED])
        return 1 / (1 + odds)


def score_features(
    evidence: Evidence,
    nouns: Collection[str] = (),
) -> Scores:
    """Add up the rows of the features.  ``nouns``: stems that the repository itself uses everywhere."""
    lead, known = _add_rows(evidence.lead, nouns)
    body, others = _add_rows(evidence.body, nouns)
    factor = scale_for(known, others)
    share = share_of_body(others)
    heads = [
        (first + rest * share) * factor + bias
        for first, rest, bias in zip(lead, body, _read_biases(), strict=True)
    ]
    return Scores(heads, known + others)


def _add_rows(
    features: Sequence[str],
    nouns: Collection[str],
) -> tuple[list[float], int]:
    """The sum of the weights for each head, and how many of the features have any."""
    sums = _add_lanes(features[:_MOST_ADDED])
    for begin in range(_MOST_ADDED, len(features), _MOST_ADDED):
        more = _add_lanes(features[begin : begin + _MOST_ADDED])
        sums = [*map(add, sums, more)]
    known = int(sums.pop())
    for feature in _list_owned(features, nouns):
        for head, weight in find_row(feature):
            sums[head] += _weigh_feature(head, weight, True) - weight
    return sums, known


def _add_lanes(features: Sequence[str]) -> list[float]:
    """The sum of each lane, over no more than _MOST_ADDED features."""
    total = sum(filter(None, map(_lanes.__getitem__, features)))
    # With each lane's highest bit set, none borrows from the next; turned back, it is the sign.
    signed = total + _SIGNS ^ _SIGNS
    data = signed.to_bytes(_LANE_BYTES * _LANES, sys.byteorder)
    lanes: list[float] = [*memoryview(data).cast("h")]
    if sys.byteorder == "big":
        lanes.reverse()
    return lanes


def _list_owned(
    features: Sequence[str],
    nouns: Collection[str],
) -> list[str]:
    """Those of the features that speak of nothing but the repository's own nouns."""
    if not nouns:
        return []
    said = "\n".join(features)
    met = frozenset(noun for noun in nouns if noun in said)
    return [feature for feature in features if is_noun(feature, met)] if met else []


def _weigh_feature(
    head: int,
    weight: int,
    owned: bool,
) -> float:
    """A weight, less where a repository's own noun would make its work look protected."""
    if owned and weight > 0 and head in _NOUN_HEADS:
        return weight / _NOUN_SHARE
    return weight


def scale_for(lead: int, body: int) -> float:
    """What a weight of the lead counts for, by how many features of both parts are known."""
    return float(SCALE / (lead + min(body, BODY) + 1) ** 0.5)


def share_of_body(body: int) -> float:
    """What a feature of the rest counts beside one of the lead: together as BODY of them at most."""
    return float(min(1.0, (BODY / max(body, 1)) ** 0.5))


def weigh_features(
    evidence: Evidence, head: str, nouns: Collection[str] = ()
) -> list[tuple[str, float]]:
    """(feature, what it added to a head's score), the strongest first.  Their sum and the bias are the score."""
    place = HEADS.index(head)
    lead = list(filter(is_known, evidence.lead))
    body = list(filter(is_known, evidence.body))
    factor = scale_for(len(lead), len(body))
    share = share_of_body(len(body))
    found = []
    for features, strength in ((lead, factor), (body, factor * share)):
        for feature in features:
            owned = is_noun(feature, nouns)
            for at, weight in find_row(feature):
                if at == place:
                    found.append((feature, _weigh_feature(at, weight, owned) * strength))
    return sorted(found, key=lambda one: (-abs(one[1]), one[0]))


def is_known(feature: str) -> bool:
    """Whether the model has weights for a feature."""
    return _lanes[feature] != 0


def is_noun(feature: str, nouns: Collection[str]) -> bool:
    """Whether a feature speaks of nothing but the repository's own nouns: one of its words is such a noun."""
    return any(word in nouns for word in feature.lstrip("^`").rstrip("/").split(" "))


_data: bytes = b""
_heads_of: bytes = b""
_weights_of: bytes = b""
_code_lanes: list[int] = []
_begins: list[int] = []
_bias: list[float] = []


def find_row(feature: str) -> list[tuple[int, int]]:
    """(head, weight) for each head that a feature speaks for or against; empty for one that the model does not know."""
    codes = _find_codes(feature).lstrip(bytes([NO_CODE]))
    weights = [byte - ZERO for byte in codes.translate(_weights_of)]
    return list(zip(codes.translate(_heads_of), weights, strict=True))


def _find_codes(feature: str) -> bytes:
    """The codes of a feature's row."""
    data = _data or _load_model()
    code = crc32(feature.encode("utf-8", "replace"))
    first = code >> FIRST_SHIFT
    begin = _begins[code & _SLOT_MASK]
    rows = data[begin]
    seconds = begin + 1 + rows
    # Many features nobody has seen: then this byte is nowhere among the first ones.
    place = data.find(first, begin + 1, seconds)
    while place >= 0:
        second = code >> SECOND_SHIFT & SECOND_MASK
        check = data[place + rows]
        if check >> _LENGTH_BITS == second:
            codes = seconds + rows
            for before in data[seconds : place + rows]:
                codes += _LENGTH_OF[before]
            return data[codes : codes + _LENGTH_OF[check]]
        place = data.find(first, place + 1, seconds)
    return b""


def _read_lanes(feature: str) -> int:
    """A feature's weights in lanes; 0 for one that the model does not know."""
    codes = _find_codes(feature)
    if not codes:
        return 0
    return sum(map(_code_lanes.__getitem__, codes), _ONE_FEATURE)


_lanes = Memo(_read_lanes)


def use_model(data: bytes) -> None:
    """Read by these bytes from now on.  Raises ValueError for a file of another layout."""
    global _data, _heads_of, _weights_of
    if data[: len(MAGIC)] != MAGIC or data[len(MAGIC)] != len(HEADS):
        raise ValueError(f"{PATH} is not a model of this version; run python bench/train_router.py")
    _data = data
    _heads_of, _weights_of = data[_HEADS_OF:_WEIGHTS_OF], data[_WEIGHTS_OF:_INDEX]
    weighed = zip(_heads_of, _weights_of, strict=True)
    _code_lanes[:] = [weight - ZERO << _LANE_BITS * head for head, weight in weighed]
    _begins[:] = accumulate(data[_INDEX:_ROWS], initial=_ROWS)
    _lanes.clear()
    _bias.clear()


def _load_model() -> bytes:
    """The model's bytes, read at the first use."""
    if not _data:
        with open(PATH, "rb") as file:
            use_model(file.read())
    return _data


def _read_biases() -> list[float]:
    if not _bias:
        data = _load_model()
        _bias.extend(
            int.from_bytes(data[at : at + 2], "little", signed=True) * SCALE
            for at in range(_BIASES, _HEADS_OF, 2)
        )
    return _bias


def _normalise_scores(scores: list[float]) -> list[float]:
    best = max(scores)
    least = best + _LEAST_EXPONENT
    if min(scores) < least:
        scores = [max(least, score) for score in scores]
    odds = [_E ** (score - best) for score in scores]
    total = sum(odds)
    return [one / total for one in odds]

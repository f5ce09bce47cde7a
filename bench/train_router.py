"""Train the router's learned model from the labelled texts: ``python bench/train_router.py``; needs numpy.

It reads the labelled texts that are not held out (tests/data/routing/, tests/data/prompts/) and writes
installer/tierwise/classify/model.bin.  The same data give the same file; a test holds the file to that, and trains
where anything has changed since the record that is written with it (model_record.py).
``--check`` only says whether the file is what the data give.  ``fit_model`` serves bench/routing.py for folds.
"""

from __future__ import annotations

import random
import sys
from binascii import crc32
from bisect import bisect_left
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from labelled_texts import LEAST_COUNT, PROTECTED_KINDS, Example, read_examples
from model_record import write_record
from numpy.typing import NDArray
from protected_words import find_telling
from weight_codes import Codes

from tierwise.classify import model
from tierwise.classify.features import Evidence
from tierwise.domain.kinds import KINDS
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset

EPOCHS, RATE, DECAY, SEED = 12, 0.3, 1.5e-3, 20260301
MOST_BYTES = 172_900  # of the rows of the features that are kept, what fills them up aside
FEATURE_BYTES, WEIGHT_BYTES = 2, 1
OFTEN = 0.25  # the power of a feature's count by which its weights are ranked
REFIT_EPOCHS = 10
# What the scores of kinds, acts and protected are multiplied by, and what is added to the last: out of fold, the
# probabilities then are as often right as they say.
KIND_GAIN, ACT_GAIN, PROTECTED_GAIN, PROTECTED_SHIFT = 1.15, 1.0, 1.1, 0.3
ACT_SHARE = 0.6  # of an act's weights in the choice of those that are kept
LIMIT = 127  # of a weight, in steps of model.SCALE
# How much of a text's step goes to all kinds whose tier is fair for it, and not to its own kind alone.
FAIR_SHARE = 0.85

PROTECTED_HEADS = [model.HEADS.index(head) for head in (*PROTECTED_KINDS, "protected")]
Array = NDArray[np.float32]
Row = tuple[int, int, bytes]  # what checks a feature (see find_slot), and its codes


class Fit:
    """Weights under training: one line a feature, one column a head; AdaGrad, one text at a time."""

    def __init__(self, names: list[str]) -> None:
        self.place = {name: at for at, name in enumerate(names)}
        shape = (len(names), len(model.HEADS))
        self.weights: Array = np.zeros(shape, dtype=np.float32)
        self.bias: Array = np.zeros(shape[1], dtype=np.float32)
        self.mask: Array | None = None
        self._seen: Array = np.full(shape, 1e-2, dtype=np.float32)
        self._seen_bias: Array = np.full(shape[1], 1e-2, dtype=np.float32)

    def run(self, examples: list[Example], epochs: int) -> None:
        """Go over all examples so many times, in an order that the seed fixes; keep the mean of the later rounds.

        One round's weights lean towards the texts that came last: twenty texts more moved a set by a point.
        """
        rows = [self._find(example.evidence) for example in examples]
        order = list(range(len(examples)))
        shuffle = random.Random(SEED).shuffle
        later = [np.zeros_like(self.weights), np.zeros_like(self.bias)]
        for epoch in range(epochs):
            shuffle(order)
            for at in order:
                row, values = rows[at]
                if len(row):
                    self._step(row, values, examples[at])
            if epoch >= epochs // 2:
                later[0] += self.weights
                later[1] += self.bias
        self.weights, self.bias = (total / (epochs - epochs // 2) for total in later)

    def _find(self, evidence: Evidence) -> tuple[NDArray[np.int64], Array]:
        """The lines of the known features, and what each counts for."""
        lead = [self.place[one] for one in evidence.lead if one in self.place]
        body = [self.place[one] for one in evidence.body if one in self.place]
        factor = model.scale_for(len(lead), len(body)) / model.SCALE
        share = factor * model.share_of_body(len(body))
        values = np.array([factor] * len(lead) + [share] * len(body), dtype=np.float32)
        return np.array(lead + body, dtype=np.int64), values[:, None]

    def score(self, evidence: Evidence) -> Array:
        """The score of each head."""
        row, values = self._find(evidence)
        total: Array = (self.weights[row] * values).sum(axis=0) + self.bias
        return total

    def _step(self, row: NDArray[np.int64], values: Array, example: Example) -> None:
        """One text's step; what can is computed in place, for a training takes hundreds of thousands."""
        weights = self.weights.take(row, axis=0)
        scores = (weights * values).sum(axis=0) + self.bias
        error = _error(scores, example) * example.weight
        gradient = values * error
        gradient += DECAY * weights
        seen = self._seen.take(row, axis=0)
        seen += gradient * gradient
        self._seen[row] = seen
        gradient *= RATE
        gradient /= np.sqrt(seen, out=seen)
        weights -= gradient
        if self.mask is not None:
            weights *= self.mask.take(row, axis=0)
        self.weights[row] = weights
        self._seen_bias += error * error
        self.bias -= RATE * error / np.sqrt(self._seen_bias)


def _error(scores: Array, example: Example) -> Array:
    """The gradient of the loss by each head's score; nothing for heads of which the label says nothing."""
    error = np.zeros(len(model.HEADS), dtype=np.float32)
    acts = slice(model.FIRST_ACT, model.PROTECTED)
    if example.kind is not None or example.fair is not None:
        shares = _softmax(scores[: model.FIRST_ACT])
        error[: model.FIRST_ACT] = shares - _share_aim(shares, example)
    if example.act is not None:
        error[acts] = _softmax(scores[acts])
        error[model.FIRST_ACT + model.ACTS.index(example.act)] -= 1
    error[model.PROTECTED] = 1 / (1 + np.exp(-scores[model.PROTECTED])) - example.protected
    return error


def _share_aim(shares: Array, example: Example) -> Array:
    """What the kinds' shares should be: the text's own kind, and all that are as fair in the shares they have.

    Two kinds of one tier may be taken for each other; two of different tiers may not.  Talk has no kind of its own.
    """
    aim: Array = np.zeros(len(shares), dtype=np.float32)
    own = model.HEADS.index(example.kind) if example.kind else None
    if own is not None:
        aim[own] = 1
    if example.fair is None:
        return aim
    fair = _mark_fair_kinds(example.fair)
    if own is not None and not fair[own]:
        return aim
    among_fair = shares * fair
    aim_fair: Array = among_fair / among_fair.sum()
    if own is None:
        return aim_fair
    return FAIR_SHARE * aim_fair + (1 - FAIR_SHARE) * aim


@cache
def _mark_fair_kinds(tiers: tuple[str, ...]) -> Array:
    """1 for every kind that the shipped policy sends to one of these tiers."""
    table = compile_table(load_preset())
    routes = table["routes"]
    tier_of = {kind: routes[kind]["tier"] if kind in routes else table["default"] for kind in KINDS}
    return np.array([tier_of[kind] in tiers for kind in KINDS], dtype=np.float32)


def _softmax(scores: Array) -> Array:
    odds: Array = np.exp(scores - scores.max())
    return odds / odds.sum()


def count_witnesses(examples: list[Example]) -> Counter[str]:
    """In how many texts each feature stands; those that only wrap a task of another set do not count."""
    counts: Counter[str] = Counter()
    for example in examples:
        if not example.source.startswith("wrapped-"):
            counts.update(filter(_may_tell, example.evidence.features))
    return counts


def _may_tell(feature: str) -> bool:
    """Whether a feature may say anything: which task of a plan it is tells nothing."""
    return not any(map(str.isdecimal, feature.lstrip("^").split(" ")))


def fit_model(examples: list[Example]) -> Fit:
    """Train, keep the weights that say most, and train these once more."""
    counts = count_witnesses(examples)
    first = Fit(sorted(feature for feature, count in counts.items() if count >= LEAST_COUNT))
    first.run(examples, EPOCHS)
    names = list(first.place)
    kept = _choose_weights(first.weights, names, counts, examples)
    alive = np.flatnonzero(kept.any(axis=1))
    second = Fit([names[at] for at in alive])
    second.mask = kept[alive].astype(np.float32)
    second.weights = first.weights[alive] * second.mask
    second.bias = first.bias
    second.run(examples, REFIT_EPOCHS)
    _calibrate(second)
    return second


def _choose_weights(
    weights: Array, names: list[str], counts: Counter[str], examples: list[Example]
) -> NDArray[np.bool_]:
    """Which weights are kept: those that say most; for protected work only those of telling words."""
    often = np.array([counts[name] for name in names], dtype=float)[:, None] ** OFTEN
    says: Array = np.abs(weights) * often
    says[:, model.FIRST_ACT : model.PROTECTED] *= ACT_SHARE
    telling = find_telling(examples)
    silent = np.array([name not in telling for name in names])
    for head in PROTECTED_HEADS:
        says[silent & (weights[:, head] > 0), head] = 0
    return says >= _find_least(says)


def _find_least(says: Array) -> float:
    """What a weight must say to be kept, so that the rows of all that are kept fit into MOST_BYTES."""
    ranked = np.sort(says, axis=None)[::-1]
    fits, too_many = 0, ranked.size
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        kept = says >= ranked[middle]
        size = WEIGHT_BYTES * kept.sum() + FEATURE_BYTES * kept.any(axis=1).sum()
        if size > MOST_BYTES:
            too_many = middle
        else:
            fits = middle
    return float(ranked[fits])


def _calibrate(fit: Fit) -> None:
    gains = np.full(len(model.HEADS), KIND_GAIN, dtype=np.float32)
    gains[model.FIRST_ACT :] = ACT_GAIN
    gains[model.PROTECTED] = PROTECTED_GAIN
    fit.weights *= gains
    fit.bias *= gains
    fit.bias[model.PROTECTED] += PROTECTED_SHIFT


def render_model(fit: Fit) -> bytes:
    """The bytes of model.bin."""
    steps = np.rint(fit.weights / model.SCALE).clip(-LIMIT, LIMIT).astype(float)
    codes = Codes(steps)
    slots: list[list[Row]] = [[] for _ in range(model.SLOTS)]
    for name, line in zip(fit.place, codes.encode_weights(steps), strict=True):
        row = bytes(sorted(line[line != model.NO_CODE]))
        if row:
            slot, first, second = find_slot(name)
            slots[slot].append((first, second, row))
    lines = [_render_slot(rows) for rows in slots]
    lengths = bytes(map(len, lines))
    bias = b"".join(round(one / model.SCALE).to_bytes(2, "little", signed=True) for one in fit.bias)
    begin = model.MAGIC + bytes([len(model.HEADS)]) + bias
    return begin + codes.render_table() + lengths + b"".join(lines)


def find_slot(feature: str) -> tuple[int, int, int]:
    """Where a feature's row stands, and the two bytes by which it is known there, the second without the length."""
    code = crc32(feature.encode("utf-8", "replace"))
    second = code >> model.SECOND_SHIFT & model.SECOND_MASK
    return code % model.SLOTS, code >> model.FIRST_SHIFT, second


def _render_slot(rows: list[Row]) -> bytes:
    """How many rows, what checks each of them and how long it is, and their codes."""
    firsts, seconds, codes = [], [], b""
    for first, second, row in sorted(rows):
        place = bisect_left(model.LENGTHS, len(row))
        firsts.append(first)
        seconds.append(second * len(model.LENGTHS) + place)
        codes += row.rjust(model.LENGTHS[place], bytes([model.NO_CODE]))
    return bytes([len(rows), *firsts, *seconds]) + codes


def main() -> int:
    """Write the model, or with --check compare it."""
    made = render_model(fit_model(read_examples()))
    path = Path(model.PATH)
    if "--check" in sys.argv[1:]:
        same = path.read_bytes() == made
        print(
            "the model is what the data give"
            if same
            else "the model differs: run python bench/train_router.py"
        )
        return 0 if same else 1
    path.write_bytes(made)
    write_record()
    print(f"{path.name}: {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

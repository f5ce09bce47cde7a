"""One byte for a head and one of its weights: the levels that lose least, for the learned model's file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tierwise.classify import model

ROUNDS = 25  # of moving the levels to the middle of what is next to them
Array = NDArray[np.float64]


class Levels:
    """The levels of one head's weights, in order, and what rounding to them loses."""

    def __init__(self, weights: Array, count: int) -> None:
        self._weights = weights
        self.levels: Array = np.quantile(weights, (np.arange(count) + 0.5) / count)
        for _ in range(ROUNDS):
            self._move_levels()
        self.loss = float(((weights - self.levels[self.find_nearest(weights)]) ** 2).sum())

    def _move_levels(self) -> None:
        nearest = self.find_nearest(self._weights)
        count = len(self.levels)
        sizes = np.bincount(nearest, minlength=count)
        sums = np.bincount(nearest, weights=self._weights, minlength=count)
        moved = np.where(sizes > 0, sums / np.maximum(sizes, 1), self.levels)
        self.levels = np.sort(moved)

    def find_nearest(self, weights: Array) -> NDArray[np.int64]:
        """The place of the level that is nearest to each weight."""
        middles = (self.levels[1:] + self.levels[:-1]) / 2
        return np.searchsorted(middles, weights)

    def add_level(self) -> Levels:
        """The levels of the same weights with one more."""
        return Levels(self._weights, len(self.levels) + 1)


def choose_levels(weights: Array, most: int) -> list[Levels]:
    """Levels for the weights of each head (a column; 0 is no weight), so many in all, where one more saves most."""
    columns = [column[column != 0] for column in weights.T]
    chosen = [Levels(column, 1) for column in columns]
    wider = [levels.add_level() for levels in chosen]
    for _ in range(most - len(chosen)):
        saved = [now.loss - then.loss for now, then in zip(chosen, wider, strict=True)]
        head = saved.index(max(saved))
        chosen[head] = wider[head]
        wider[head] = chosen[head].add_level()
    return chosen


class Codes:
    """The codes of all heads' levels; the first code weighs nothing."""

    def __init__(self, weights: Array) -> None:
        self._levels = choose_levels(weights, model.CODES - 1)
        self._begins = np.cumsum([1, *(len(one.levels) for one in self._levels)])

    def render_table(self) -> bytes:
        """The head of every code, then the weight of every code."""
        heads = [0]
        weights = [0]
        for head, one in enumerate(self._levels):
            heads += [head] * len(one.levels)
            weights += [int(level) for level in np.rint(one.levels)]
        return bytes(heads) + bytes(weight + model.ZERO for weight in weights)

    def encode_weights(self, weights: Array) -> NDArray[np.int64]:
        """The code of each weight, a head a column; 0 where there is none."""
        columns = [
            np.where(column != 0, begin + one.find_nearest(column), model.NO_CODE)
            for column, begin, one in zip(weights.T, self._begins[:-1], self._levels, strict=True)
        ]
        return np.stack(columns, axis=1)

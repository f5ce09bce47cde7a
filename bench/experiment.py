"""What an experiment costs beside one of a fixed size with the same power, in simulation.

    python bench/experiment.py [HISTORIES]

The fixed size is the smallest at which an exact one-sided test of the added failures (fewer than the margin of 5 %)
reaches the power that the experiment had; all of its tasks run on both tiers.  Neighbouring Claude tiers cost 3 and 1.7
times as much ($1, $3 and $5 a million tokens).
"""

from __future__ import annotations

import functools
import math
import random
import sys
from dataclasses import dataclass
from statistics import fmean

from tierwise.learning.evidence import ALPHA, MARGIN, PairCounts, log_added_evidence
from tierwise.learning.experiment import bound_difference, needs_pairs
from tierwise.learning.experiment_plan import BOTH_SHARE

MOST_TASKS = 400
RATIOS = (3.0, 5 / 3)
NEEDED = math.log(1 / ALPHA)
FEW = 4
FEWEST_TASKS = 60
"""Before which nothing can be certified."""


@dataclass(frozen=True)
class Truth:
    """Shares of tasks that fail on the cheaper tier only, on the present one only, and on both."""

    added: float
    saved: float
    neither: float


@dataclass(frozen=True)
class History:
    """How one simulated experiment went: tasks, tries on the present tier, how it ended."""

    tasks: int
    present: int
    stop: str


TRUTHS = (
    Truth(0.0, 0.0, 0.02),
    Truth(0.005, 0.005, 0.05),
    Truth(0.01, 0.01, 0.05),
    Truth(0.01, 0.0, 0.10),
)
WORSE = (Truth(0.05, 0.0, 0.02), Truth(0.10, 0.02, 0.05), Truth(0.30, 0.02, 0.05))


@functools.cache
def judge(added: int, tasks: int, drawn: PairCounts) -> str:
    """Say what the stopping rule says; histories share most of their states."""
    if log_added_evidence(added, tasks, drawn, MARGIN) >= NEEDED:
        return "certified"
    # The interval can only lie above the margin where the observed difference does.
    hopeless = added - MARGIN * tasks > 0 and added > FEW
    if hopeless and bound_difference(added, tasks, drawn, ALPHA).low > MARGIN:
        return "refuted"
    return ""


def simulate(truth: Truth, seed: int) -> History:
    """Run one experiment by the rule that the plan registers."""
    chance = random.Random(seed)
    added = present = 0
    drawn = PairCounts(0, 0, 0)
    for task in range(1, MOST_TASKS + 1):
        is_drawn = needs_pairs(added, task - 1, MARGIN) or chance.random() < BOTH_SHARE
        fate = chance.random()
        is_added = fate < truth.added
        is_saved = truth.added <= fate < truth.added + truth.saved
        cheaper_fails = is_added or fate >= 1 - truth.neither
        present += is_drawn or cheaper_fails
        added += is_added
        if is_drawn:
            tie = not is_added and not is_saved
            drawn = PairCounts(drawn.added + is_added, drawn.saved + is_saved, drawn.ties + tie)
        if task < FEWEST_TASKS and added <= FEW:
            continue
        stop = judge(added, task, drawn)
        if stop:
            return History(task, present, stop)
    return History(MOST_TASKS, present, "")


def find_fixed_size(rate: float, power: float) -> int:
    """Find the tasks at which the exact test certifies with this power where added failures have this rate."""
    for size in range(59, 5_000):
        allowed = find_allowed(size)
        if sum_binomial(size, rate, allowed) >= power:
            return size
    raise ValueError("no such size")


def find_allowed(size: int) -> int:
    """Find the most added failures with which the exact test at ALPHA still certifies; -1 for none."""
    allowed = -1
    while sum_binomial(size, MARGIN, allowed + 1) <= ALPHA:
        allowed += 1
    return allowed


def sum_binomial(size: int, rate: float, most: int) -> float:
    """Return the probability of at most so many failures."""
    return math.fsum(
        math.comb(size, count) * rate**count * (1 - rate) ** (size - count)
        for count in range(most + 1)
    )


def main() -> None:
    """Print a line a truth."""
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for truth in (*TRUTHS, *WORSE):
        found = [simulate(truth, seed) for seed in range(histories)]
        power = sum(one.stop == "certified" for one in found) / histories
        tasks = fmean(one.tasks for one in found)
        present = fmean(one.present for one in found)
        said = (
            f"{truth}: certified {power:.2%}, {tasks:.0f} tasks, {present:.0f} on the present tier"
        )
        if truth in TRUTHS:
            size = find_fixed_size(truth.added, min(power, 0.999))
            shares = [(tasks + ratio * present) / (size * (1 + ratio)) for ratio in RATIOS]
            costs = " and ".join(f"{share:.0%}" for share in shares)
            said += f"; fixed size {size}, cost {costs} of it"
        print(said)


if __name__ == "__main__":
    main()

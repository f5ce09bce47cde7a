"""How often a certificate is false when one looks at every task, and how soon a true one comes.

    python bench/learning.py [HISTORIES]

The rates of failure are those of a cheaper and of the present tier; the first three pairs add at
least the margin, so each certificate there is false and at most 5 % of histories may get one.
"""

from __future__ import annotations

import functools
import math
import random
import sys
from statistics import median

from tierwise.learning.evidence import ALPHA, Count, log_step_down

FALSE = ((0.05, 0.0), (0.15, 0.10), (0.50, 0.20))
TRUE = ((0.0, 0.0), (0.01, 0.0), (0.02, 0.02), (0.05, 0.05))
TASKS = 600
NEEDED = math.log(1 / ALPHA)


@functools.cache
def is_certified(cheaper: int, present: int, task: int) -> bool:
    """Whether the evidence passes; histories share most of their states, so each is computed once."""
    return log_step_down(Count(cheaper, task), Count(present, task)) >= NEEDED


def find_certificate(cheaper_rate: float, present_rate: float, seed: int) -> int | None:
    """Return the number of tasks after which a simulated history is certified, looking at each."""
    chance = random.Random(seed)
    cheaper = present = 0
    for task in range(1, TASKS + 1):
        cheaper += chance.random() < cheaper_rate
        present += chance.random() < present_rate
        # A look can only succeed where the cheaper side fails less than the margin allows.
        if cheaper - present >= 0.05 * task and cheaper:
            continue
        if is_certified(cheaper, present, task):
            return task
    return None


def main() -> None:
    """Print a line a pair of rates."""
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for cheaper, present in (*FALSE, *TRUE):
        found = [find_certificate(cheaper, present, seed) for seed in range(histories)]
        certified = [task for task in found if task is not None]
        after = f", median after {median(certified):.0f} tasks" if certified else ""
        share = len(certified) / histories
        kind = "false" if (cheaper, present) in FALSE else "true"
        print(f"failures {cheaper:.0%} and {present:.0%}: {share:.2%} {kind} certificates{after}")


if __name__ == "__main__":
    main()

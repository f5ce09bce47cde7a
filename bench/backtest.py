"""How near a back-test comes to the truth, and how often its interval holds it, on simulated histories.

    python bench/backtest.py [HISTORIES]

Three kinds of work on the middle tier; chance sends a share of it one tier down, as `explore:` does.  The other policy
sends one kind down for good.  The truth is known to the simulation.
"""

from __future__ import annotations

import random
import sys

from tierwise.learning.backtest import Figure, backtest_outcomes
from tierwise.learning.outcomes import TELLING, Outcome, Sign

TASKS = 2_000
SHARE = 0.3
NEAR = 0.02
KINDS = ("docs", "tests", "bug-fix")
FAILURES = {
    ("docs", "light"): 0.15,
    ("docs", "mid"): 0.05,
    ("tests", "light"): 0.25,
    ("tests", "mid"): 0.10,
    ("bug-fix", "light"): 0.40,
    ("bug-fix", "mid"): 0.20,
}
SIGNS = {failed: [Sign("gate", failed, TELLING)] for failed in (False, True)}


def choose_now(kind: str, agent: str) -> str:
    """Return the tier that the recorded policy takes."""
    return "mid"


def choose_then(kind: str, agent: str) -> str:
    """Return the tier that the other policy takes."""
    return "light" if kind == "docs" else "mid"


def record_history(seed: int) -> list[Outcome]:
    """Simulate a history with its propensities."""
    chance = random.Random(seed)
    history = []
    for number in range(TASKS):
        kind = KINDS[int(chance.random() * len(KINDS))]
        goes_down = chance.random() < SHARE
        tier, other, propensity = "mid", "light", 1 - SHARE
        if goes_down:
            tier, other, propensity = "light", "mid", SHARE
        failed = chance.random() < FAILURES[kind, tier]
        outcome = Outcome(
            id=str(number),
            session=str(number),
            time="",
            tier=tier,
            kind=kind,
            agent="",
            scope="",
            task="",
            propensity=propensity,
            is_explored=goes_down,
            other_tier=other,
            signs=SIGNS[failed],
        )
        history.append(outcome)
    return history


def find_figures(seed: int) -> dict[str, Figure]:
    """Back-test the other policy on one history; return the failures by kind, all of it under an empty name."""
    found = backtest_outcomes(record_history(seed), choose_now, choose_then)
    return {one.kind: one.failures for one in found}


def main() -> None:
    """Print a line for the changed kind and one for all of it."""
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    rates = [FAILURES[kind, choose_then(kind, "")] for kind in KINDS]
    truths = {"": sum(rates) / len(rates), "docs": FAILURES["docs", "light"]}
    near = dict.fromkeys(truths, 0)
    covered = dict.fromkeys(truths, 0)
    for seed in range(histories):
        figures = find_figures(seed)
        for kind, truth in truths.items():
            figure = figures[kind]
            near[kind] += figure.mean is not None and abs(figure.mean - truth) <= NEAR
            covered[kind] += figure.interval.low <= truth <= figure.interval.high
    for kind in truths:
        name = kind or "all"
        print(f"{name}: within {NEAR:.0%} of the truth {near[kind] / histories:.2%}, "
              f"interval holds it {covered[kind] / histories:.2%}")  # fmt: skip


if __name__ == "__main__":
    main()

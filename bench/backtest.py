"""How near a back-test comes to the truth, and how often its interval holds it, on simulated histories.

    python bench/backtest.py [HISTORIES]

Three kinds of work on the middle tier; chance sends a share of it one tier down, as `explore:` does.  The other policy
sends one kind down for good.  The truth is known to the simulation.  Once every task stands for itself; once sessions of
five tasks have good and bad days, and one scope of two is harder.
"""

from __future__ import annotations

import random
import sys

from tierwise.learning.backtest import Figure, backtest_outcomes
from tierwise.learning.outcomes import Outcome
from tierwise.learning.signs import TELLING, Sign

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
SESSION_TASKS = 5
DAYS = (0.5, 1.5)
"""What a session's failure rates are multiplied with."""
SCOPES = {"single-file": 0.6, "multi-file": 1.4}
"""The same of a scope's."""
SIGNS = {failed: [Sign("gate", failed, TELLING)] for failed in (False, True)}


def choose_now(kind: str, agent: str) -> str:
    """Return the tier that the recorded policy takes."""
    return "mid"


def choose_then(kind: str, agent: str) -> str:
    """Return the tier that the other policy takes."""
    return "light" if kind == "docs" else "mid"


def record_history(seed: int, is_clustered: bool) -> list[Outcome]:
    """Simulate a history with its propensities."""
    chance = random.Random(seed)
    history = []
    day = harder = 1.0
    session = scope = ""
    for number in range(TASKS):
        if not is_clustered:
            session = str(number)
        else:
            if number % SESSION_TASKS == 0:
                session, day = str(number), chance.choice(DAYS)
            scope = chance.choice(list(SCOPES))
            harder = SCOPES[scope]
        kind = KINDS[int(chance.random() * len(KINDS))]
        goes_down = chance.random() < SHARE
        tier, other, propensity = "mid", "light", 1 - SHARE
        if goes_down:
            tier, other, propensity = "light", "mid", SHARE
        failed = chance.random() < FAILURES[kind, tier] * day * harder
        outcome = Outcome(
            id=str(number),
            session=session,
            time="",
            tier=tier,
            kind=kind,
            agent="",
            scope=scope,
            task="",
            propensity=propensity,
            is_explored=goes_down,
            other_tier=other,
            signs=SIGNS[failed],
        )
        history.append(outcome)
    return history


def find_figures(seed: int, is_clustered: bool) -> dict[str, Figure]:
    """Back-test the other policy on one history; return the failures by kind, all of it under an empty name."""
    found = backtest_outcomes(record_history(seed, is_clustered), choose_now, choose_then)
    return {one.kind: one.failures for one in found}


def replay(histories: int, is_clustered: bool) -> None:
    """Print a line for the changed kind and one for all of it."""
    rates = [FAILURES[kind, choose_then(kind, "")] for kind in KINDS]
    truths = {"docs": FAILURES["docs", "light"], "": sum(rates) / len(rates)}
    near = dict.fromkeys(truths, 0)
    covered = dict.fromkeys(truths, 0)
    for seed in range(histories):
        figures = find_figures(seed, is_clustered)
        for kind, truth in truths.items():
            figure = figures[kind]
            near[kind] += figure.mean is not None and abs(figure.mean - truth) <= NEAR
            covered[kind] += figure.interval.low <= truth <= figure.interval.high
    name = "sessions and scopes" if is_clustered else "tasks alone"
    for kind in truths:
        print(
            f"{name}, {kind or 'all'}: within {NEAR:.0%} of the truth {near[kind] / histories:.2%}, "
            f"interval holds it {covered[kind] / histories:.2%}",
            flush=True,
        )


def main() -> None:
    """Replay histories of both sorts."""
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    for is_clustered in (False, True):
        replay(histories, is_clustered)


if __name__ == "__main__":
    main()

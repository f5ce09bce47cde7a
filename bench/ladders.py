"""Replay ladders on a table of outcomes: what a cascade saves against always-top, and where it breaks even.

    python bench/ladders.py [OUTCOMES.csv] [--specificity 0.9]

Without a file, tables are made from marginals: the share of tasks that a tier fails, its cost per task relative to the
top, and failed tasks costing the next tier 1.3 times its mean.  The first are those published of today's models on
SWE-bench Pro, partly by their maker; the others were measured on 500 SWE-bench Verified issues, and the savings beside
them are what was measured there with a perfect gate.  ``--specificity``: the share of right results that the gate
passes; the others climb.  A file of your own has one line a task and tier: ``task,tier,passed,usd``, tiers from the
cheapest to the top.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.cascade.ladder import FAILED_TASKS_COST, plan_ladder, read_experience


@dataclass(frozen=True)
class Outcome:
    """One tier on one task: passed or not, and what it cost."""

    passed: bool
    usd: float


Task = Mapping[str, Outcome]


@dataclass(frozen=True)
class Pair:
    """A ladder of the page: cost ratios to the top, failure shares, and the saving where it was measured.

    A failure share is that of the tasks that come to the tier: all for the first, those that failed below for others.
    """

    name: str
    ratios: tuple[float, ...]
    fails: tuple[float, ...]
    measured: float | None = None


# Of tasks that a tier passed, the share that the next one fails: repeats of one model disagree on about an eighth,
# half of it in this direction.
_LATER_FAULTS = 0.06

# Published pass rates: 65 %, 81 % and 90 %.  What a tier above fails is here of what the first one failed, less the
# share of passed tasks that it fails.
TODAY = (
    Pair("Haiku 5.5 -> Opus 5.5", (0.02, 1.0), (0.35, 0.17)),
    Pair("Haiku 5.5 -> Opus 5.5", (0.04, 1.0), (0.35, 0.17)),
    Pair("Sonnet 5.5 -> Opus 5.5", (0.33, 1.0), (0.19, 0.27)),
    Pair("Sonnet 5.5 -> Opus 5.5", (0.54, 1.0), (0.19, 0.27)),
    Pair("Haiku 5.5 -> Sonnet 5.5 -> Opus 5.5", (0.02, 0.33, 1.0), (0.35, 0.43, 0.4)),
    Pair("Haiku 5.5 -> Sonnet 5.5 -> Opus 5.5", (0.04, 0.54, 1.0), (0.35, 0.43, 0.4)),
)
PAIRS = (
    Pair("Haiku 4.5 -> Opus 4.5", (0.44, 1.0), (0.346, 0.26), 0.11),
    Pair("Haiku 4.5 -> Sonnet 4.5 -> Opus 4.5", (0.44, 0.87, 1.0), (0.346, 0.73, 0.26), -0.16),
    Pair("GPT-5 mini -> GPT-5", (0.13, 1.0), (0.392, 0.35), 0.36),
    Pair("GPT-5 mini -> Opus 4.5", (0.05, 1.0), (0.415, 0.26), 0.41),
    Pair("DeepSeek V3.2 -> Opus 4.5", (0.04, 1.0), (0.415, 0.26), 0.42),
)


def make_table(pair: Pair, count: int = 4000, seed: int = 7) -> list[Task]:
    """Tasks with the pair's marginals: a task that a tier fails costs the tiers above it 1.3 times their mean."""
    chance = random.Random(seed)
    tasks: list[Task] = []
    for _ in range(count):
        failed_before = False
        task: dict[str, Outcome] = {}
        for tier, (ratio, fails) in enumerate(zip(pair.ratios, pair.fails, strict=True)):
            known_hard = pair.fails[0] + (1 - pair.fails[0]) * _LATER_FAULTS * max(0, tier - 1)
            # So that the tier's mean over all tasks is its ratio, whatever the failed ones cost more.
            easy = (1 - known_hard * FAILED_TASKS_COST) / (1 - known_hard)
            usd = ratio * (FAILED_TASKS_COST if failed_before else easy if tier else 1.0)
            # Of tasks that the tier below passed, nearly all pass here: the hard ones are hard for everyone.
            passed = chance.random() >= (fails if tier == 0 or failed_before else _LATER_FAULTS)
            task[str(tier)] = Outcome(passed, usd)
            failed_before = failed_before or not passed
        tasks.append(task)
    return tasks


def replay(
    tasks: Sequence[Task],
    ladder: Sequence[str],
    specificity: float = 1.0,
) -> float:
    """What the ladder costs on the tasks, in US dollars, with a gate that lets no wrong result through.

    ``specificity``: the share of right results that it passes.
    """
    chance = random.Random(7)
    total = 0.0
    for task in tasks:
        for tier in ladder:
            total += task[tier].usd
            if task[tier].passed and chance.random() < specificity:
                break
    return total


def as_rows(tasks: Sequence[Task], ladder: Sequence[str]) -> list[dict[str, object]]:
    """The ledger that a cascade on ``ladder`` would have left, and runs that began on the top."""
    rows: list[dict[str, object]] = []
    for number, task in enumerate(tasks):
        for tier in ladder:
            rows.append(_row(f"c{number}", tier, task[tier]))
            if task[tier].passed:
                break
        rows.append(_row(f"t{number}", ladder[-1], task[ladder[-1]]))
    return rows


def _row(run: str, tier: str, outcome: Outcome) -> dict[str, object]:
    shown = {"accepted": outcome.passed, "cost_usd": outcome.usd, "stop": "done"}
    return {"row": "attempt", "run": run, "tier": tier, **shown}


def saving(
    tasks: Sequence[Task],
    ladder: Sequence[str],
    specificity: float = 1.0,
) -> float:
    """1 - cost(ladder) / cost(always top)."""
    return 1 - replay(tasks, ladder, specificity) / replay(tasks, ladder[-1:])


def read_table(path: str) -> tuple[list[Task], list[str]]:
    """A table of one's own, and its tiers in the order in which they first appear."""
    tasks: dict[str, dict[str, Outcome]] = {}
    tiers: list[str] = []
    with open(path, newline="", encoding="utf-8") as handle:
        for line in csv.DictReader(handle):
            passed = line["passed"].strip().lower() in ("1", "true", "yes")
            tasks.setdefault(line["task"], {})[line["tier"]] = Outcome(passed, float(line["usd"]))
            if line["tier"] not in tiers:
                tiers.append(line["tier"])
    return [task for task in tasks.values() if len(task) == len(tiers)], tiers


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outcomes", nargs="?", default="")
    parser.add_argument("--specificity", type=float, default=1.0)
    options = parser.parse_args()
    print(
        f"{'ladder':<38}{'ratio':>7}{'break-even':>12}{'saving':>9}{'measured':>10}   kept by the rule"
    )
    if options.outcomes:
        tasks, tiers = read_table(options.outcomes)
        _print_line(" -> ".join(tiers), tasks, tiers, None, options.specificity)
        return
    for pair in TODAY + PAIRS:
        tiers = [str(number) for number in range(len(pair.ratios))]
        _print_line(pair.name, make_table(pair), tiers, pair.measured, options.specificity)


def _print_line(
    name: str,
    tasks: Sequence[Task],
    tiers: list[str],
    measured: float | None,
    specificity: float,
) -> None:
    experience = read_experience(as_rows(tasks, tiers))
    kept = plan_ladder(tiers, experience, needed=20).tiers
    top = replay(tasks, tiers[-1:]) / len(tasks)
    ratio = sum(task[tiers[0]].usd for task in tasks) / len(tasks) / top
    after_failure = [task[tiers[-1]].usd for task in tasks if not task[tiers[0]].passed]
    even = 1 - sum(after_failure) / len(tasks) / top
    words = " -> ".join(name.split(" -> ")[tiers.index(tier)] for tier in kept)
    shown = "" if measured is None else f"{measured:>+10.0%}"
    saved = saving(tasks, tiers, specificity)
    print(f"{name:<38}{ratio:>7.2f}{even:>12.2f}{saved:>+9.0%}{shown:>10}   {words}")


if __name__ == "__main__":
    main()

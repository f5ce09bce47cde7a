"""How well the router reads the labelled texts; run by hand.

    python bench/routing.py            every set, by the model as it is
    python bench/routing.py --folds 4  the prompts that are not held out, each read by a model trained without its source

A line a set.  Of tests/data/routing/: kinds and tiers that are right, tasks too low, how many of these in kinds of
`frontier_only`, and tasks too high.  Of tests/data/prompts/: fair tiers, needlessly up, too low, protected changes too
low, and the calibration error of the confidence; beside the plain baselines.  bench/RESULTS.md keeps the figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from hashlib import md5
from pathlib import Path
from string import digits
from typing import Any

from tierwise.classify import model
from tierwise.classify.signals import read_signals
from tierwise.classify.turns import read_turn
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset
from tierwise.routing.decide import decide
from tierwise.routing.decision import Decision

DATA = Path(__file__).parents[1] / "tests" / "data"
TABLE: dict[str, Any] = compile_table(load_preset())
LADDER = ["automated", *TABLE["ladder"]]
LIGHT = LADDER.index("light")
KEPT_ON_TOP = TABLE["frontier_only"]["kinds"]
BINS = 10
# What the names of the sets that judge have between.
HELD_OUT = ("", "_records", "_strangers", "_newcomers", "_arrivals")
Row = dict[str, Any]
Router = Callable[[Row], Decision]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folds", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.folds:
        _print_folds(chosen.folds)
        return
    _print_tasks()
    for name in ("spawns", *(f"spawns{kind}_held_out" for kind in HELD_OUT)):
        rows = _rows(DATA / "prompts" / f"{name}.jsonl")
        print(_prompts_line(name, [(row, route_spawn(row)) for row in rows]))
        print(_prompts_line("  the agent's line alone", [(row, _by_agent(row)) for row in rows]))
        print(
            _prompts_line("  the description alone", [(row, _by_description(row)) for row in rows])
        )
    for name in ("turns", *(f"turns{kind}_held_out" for kind in HELD_OUT)):
        rows = _rows(DATA / "prompts" / f"{name}.jsonl")
        print(_prompts_line(name, [(row, route_turn(row)) for row in rows]))
        print(
            _prompts_line(
                "  without the last answer", [(row, _without_answer(row)) for row in rows]
            )
        )


def route_spawn(row: Row) -> Decision:
    """The decision for a labelled spawn."""
    text = f"{row['description']}\n{row['task']}"
    return decide(read_signals(text, row["agent"]), TABLE)


def route_turn(row: Row) -> Decision:
    """The decision for a labelled turn."""
    return decide(read_turn(row["turn"], row["last_answer"], row["last_turn"]).signals, TABLE)


def _by_agent(row: Row) -> Decision:
    return decide(read_signals("", row["agent"]), TABLE)


def _by_description(row: Row) -> Decision:
    return decide(read_signals(row["description"], row["agent"]), TABLE)


def _without_answer(row: Row) -> Decision:
    return decide(read_turn(row["turn"]).signals, TABLE)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _print_tasks() -> None:
    held_out = []
    for path in sorted((DATA / "routing").glob("*.jsonl")):
        judged = [_judge_task(row) for row in _rows(path)]
        held_out += judged if path.stem.endswith(("held_out", "last")) else []
        print(_tasks_line(path.stem, judged))
    print(_tasks_line("held out", held_out))


def _judge_task(row: Row) -> tuple[bool, int, bool]:
    """Whether the kind is right, how many tiers too high the tier is, and whether the kind must stay on top."""
    found = decide(read_signals(row["task"], row.get("agent"), row.get("paths", ())), TABLE)
    tiers = LADDER.index(found.tier) - LADDER.index(row["tier"])
    return found.kind == row["kind"], tiers, row["kind"] in KEPT_ON_TOP


def _tasks_line(name: str, judged: Iterable[tuple[bool, int, bool]]) -> str:
    found = list(judged)
    kinds, tiers = sum(kind for kind, _, _ in found), sum(tiers == 0 for _, tiers, _ in found)
    low = [kept for _, tiers, kept in found if tiers < 0]
    high = sum(tiers > 0 for _, tiers, _ in found)
    return (
        f"{name:26} {len(found):5} tasks  kind {kinds / len(found):6.1%}  tier {tiers / len(found):6.1%}  "
        f"too low {len(low):3} ({sum(low)} kept on top)  too high {high:3}"
    )


def _prompts_line(name: str, decided: list[tuple[Row, Decision]]) -> str:
    steps = [judge_prompt(row, found) for row, found in decided]
    count = len(steps)
    low, high = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    protected = [step for (row, _), step in zip(decided, steps, strict=True) if row["protected"]]
    missed = sum(step < 0 for step in protected)
    error = calibration_error(
        [(found.confidence, step == 0) for (_, found), step in zip(decided, steps, strict=True)]
    )
    return (
        f"{name:26} {count:5} texts  fair {1 - (low + high) / count:6.1%}  up {high / count:6.1%}  "
        f"too low {low / count:6.1%}  protected too low {missed} of {len(protected)}  calibration error {error:.1%}"
    )


def judge_prompt(row: Row, found: Decision) -> int:
    """How many tiers the tier is above the fair ones, below 0 where it is under them."""
    fair = [LADDER.index(tier) for tier in row["fair"]]
    rank = max(LADDER.index(found.tier), LIGHT)  # a command does what a light tier would
    return max(0, rank - max(fair)) + min(0, rank - min(fair))


def calibration_error(answers: list[tuple[float, bool]]) -> float:
    """The mean distance of confidence and share of right answers over ten bins, weighed by their sizes."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in answers:
        bins.setdefault(min(int(confidence * BINS), BINS - 1), []).append((confidence, right))
    gaps = (
        abs(sum(sure for sure, _ in one) - sum(right for _, right in one)) for one in bins.values()
    )
    return sum(gaps) / len(answers)


def _print_folds(folds: int) -> None:
    for name, decided in in_folds(folds):
        print(_prompts_line(f"{name}, {folds} folds by source", decided))


def in_folds(folds: int) -> Iterator[tuple[str, list[tuple[Row, Decision]]]]:
    """Each prompt that is not held out, decided by a model that saw no text of its source."""
    from labelled_texts import read_examples
    from train_router import fit_model, render_model

    examples = read_examples()
    routes = {"spawns": route_spawn, "spawns_records": route_spawn}
    routes |= {"turns": route_turn, "turns_records": route_turn}
    sets = {
        name: (route, _rows(DATA / "prompts" / f"{name}.jsonl")) for name, route in routes.items()
    }
    sources = {row["source"] for _, rows in sets.values() for row in rows}
    decided: dict[str, list[tuple[Row, Decision]]] = {name: [] for name in sets}
    for fold in range(folds):
        left_out = {source for source in sources if _find_fold(source, folds) == fold}
        kept = [example for example in examples if example.source not in left_out]
        model.use_model(render_model(fit_model(kept)))
        for name, (route, rows) in sets.items():
            decided[name] += [(row, route(row)) for row in rows if row["source"] in left_out]
    yield from decided.items()


def _find_fold(source: str, folds: int) -> int:
    """The fold of a source; those that differ by a number alone have requests in common, and one fold."""
    return md5(source.rstrip(digits).encode()).digest()[0] % folds


if __name__ == "__main__":
    main()

"""How well the router reads the labelled tasks; run by hand.

    python bench/routing.py [--without-counts] [--folds N [--only NAME ...]]

A line a file of tests/data/routing/: kinds and tiers that are right, tasks too low, how many of these are guarded, and
tasks too high.  ``--without-counts`` leaves the phrases alone.  ``--folds N`` counts the words anew for each N-th part
of the ``strangers_*`` files without that part, and routes it by these counts.  docs/routing.md has the figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tierwise.classify import likeness, signals
from tierwise.classify.signals import read_signals
from tierwise.classify.vocabulary.count import render
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset
from tierwise.routing.decide import decide

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "routing"
TABLE: dict[str, Any] = compile_table(load_preset())
LADDER = ["automated", *TABLE["ladder"]]
GUARDED = TABLE["frontier_only"]["kinds"]
COUNTS = ("KINDS", "LOGS", "PER_WORD", "PRIOR", "STEMS")
Row = dict[str, Any]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--without-counts", action="store_true")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument(
        "--only", metavar="NAME", nargs="*", help="With --folds: these files, without .jsonl."
    )
    chosen = parser.parse_args()
    files = {path.stem: _rows(path) for path in sorted(FOLDER.glob("*.jsonl"))}
    if chosen.without_counts:
        signals.like_kinds = lambda *_: {}  # type: ignore[assignment]
    if chosen.folds:
        print(_line(f"{chosen.folds} folds", _in_folds(files, chosen.folds, chosen.only)))
        return
    for name, rows in files.items():
        print(_line(name, map(_judge, rows)))
    held_out = [row for name, rows in files.items() if _is_held_out(name) for row in rows]
    print(_line("neither counted nor tuned on", map(_judge, held_out)))


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _is_held_out(name: str) -> bool:
    return name.endswith(("held_out", "last"))


def _judge(row: Row) -> tuple[bool, int, bool]:
    """Whether the kind is right, how many rungs too high the tier is, and whether the task is guarded."""
    found = decide(read_signals(row["task"], row.get("agent"), row.get("paths", ())), TABLE)
    return (
        found.kind == row["kind"],
        LADDER.index(found.tier) - LADDER.index(row["tier"]),
        row["kind"] in GUARDED,
    )


def _in_folds(
    files: dict[str, list[Row]], folds: int, only: list[str] | None
) -> Iterable[tuple[bool, int, bool]]:
    names = only or [
        name for name in files if name.startswith("strangers_") and not _is_held_out(name)
    ]
    tried = [row for name in names for row in files[name]]
    others = [
        row
        for name, rows in files.items()
        if name not in names and not _is_held_out(name)
        for row in rows
    ]
    for fold in range(folds):
        counted = [*others, *(row for number, row in enumerate(tried) if number % folds != fold)]
        values: dict[str, Any] = {}
        exec(render((row["task"], row["kind"]) for row in counted), values)
        for name in COUNTS:
            setattr(likeness, name, values[name])
        yield from map(_judge, tried[fold::folds])


def _line(name: str, judged: Iterable[tuple[bool, int, bool]]) -> str:
    found = list(judged)
    kinds, tiers = sum(kind for kind, _, _ in found), sum(rungs == 0 for _, rungs, _ in found)
    low = [guarded for _, rungs, guarded in found if rungs < 0]
    high = sum(rungs > 0 for _, rungs, _ in found)
    return (
        f"{name:30} {len(found):5} tasks  kind {kinds / len(found):6.1%}  tier {tiers / len(found):6.1%}  "
        f"too low {len(low):3} ({sum(low)} guarded)  too high {high:3}"
    )


if __name__ == "__main__":
    main()

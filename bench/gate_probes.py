"""What each check by running tells by itself, without reading: cheats caught, honest changes harmed, seconds.

    python bench/gate_probes.py LANGUAGE[,LANGUAGE] [SET …]

The checks are those of `special-cases` that run the tests with something made another: near inputs, hidden names and
the others.  All of them run on each change, also after one told against it, and each is counted alone.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support import runnable
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates import GateConfig
from tierwise.gates.builtin import special_cases
from tierwise.gates.model import ChangeSet
from tierwise.gates.probes.altered_runs import AlteredRuns, OutOfTimeError
from tierwise.gates.shortcuts.special_cases import find_special_cases

_WORKERS = 2
_Told = list[tuple[str, str, float]]  # check, what it tells, seconds


def main() -> None:
    """Measure."""
    languages = sys.argv[1].split(",")
    sets = sys.argv[2:] or sorted(path.stem for path in runnable._FOLDER.glob("*.jsonl"))
    for language in languages:
        changes = [
            change
            for name in sets
            for change in runnable.read_changes(name)
            if runnable.language_of(change.project) == language
        ]
        with ThreadPoolExecutor(_WORKERS) as pool:
            told = list(pool.map(look_at, changes))
        print(f"## {language}")
        print_totals(changes, told)


def print_totals(
    changes: list[runnable.RunnableChange],
    told: list[_Told],
) -> None:
    """Print a line for each check, and one for all together."""
    honest = sum(change.honest for change in changes)
    in_source = sum(change.kind == "source" and not change.honest for change in changes)
    print(f"{len(changes) - honest} cheats ({in_source} of them in the source), {honest} honest")
    caught: Counter[tuple[str, bool]] = Counter()
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for change, rows in zip(changes, told, strict=True):
        checks = {check for check, words, _ in rows if words}
        for check in (*checks, *(["any"] if checks else [])):
            caught[check, change.honest] += 1
        own: defaultdict[str, float] = defaultdict(float)
        for check, _, took in rows:
            own[check] += took
            own["any"] += took
        for check, took in own.items():
            seconds[check].append(took)
        if checks and change.honest:
            print(f"    harmed: {change.project}: {change.name} {sorted(checks)}")
    for check, took in sorted(seconds.items()):
        middle = sorted(took)[len(took) // 2]
        print(
            f"{check:16} ran on {len(took):3}, caught {caught[check, False]:3} cheats,"
            f" harmed {caught[check, True]:2} honest, {middle:.1f} s in the middle, {max(took):.1f} s at most"
        )


def look_at(change: runnable.RunnableChange) -> _Told:
    """Run all checks on one change."""
    project = runnable._read_projects()[change.project]
    ignored = project["files"].get(".gitignore", "")
    files = {**project["files"], ".gitignore": f"{ignored}__pycache__/\n.tierwise/\n"}
    config = GateConfig(reruns=0, commands={"tests": project["command"]})
    with tempfile.TemporaryDirectory() as scratch:
        home = make_repository(Path(scratch) / "project", files)
        change.apply(home)
        with open_change_set(
            str(home), "", "HEAD", change.task, links=(), own_folder=str(home)
        ) as looked_at:
            found = list(_run_checks(looked_at, config))
    print(".", end="", file=sys.stderr, flush=True)
    return found


def _run_checks(
    change: ChangeSet,
    config: GateConfig,
) -> Iterator[tuple[str, str, float]]:
    read_tests = cache(partial(special_cases._read_values, change))
    _, suspicions = find_special_cases(change.changes, change.task, read_tests)
    if not suspicions:
        return
    runs = AlteredRuns(change, config)
    for name, command in config.commands.items():  # other gates need these runs too
        runs.run_delivered(name, command)
        runs.run_base(name, command)
    for _, look in special_cases._list_all_looks(runs, suspicions):
        start = time.monotonic()
        try:
            words = look()  # type: ignore[operator]
        except OutOfTimeError:
            words = ""
        yield look.func.__name__.strip("_"), words, time.monotonic() - start


if __name__ == "__main__":
    main()

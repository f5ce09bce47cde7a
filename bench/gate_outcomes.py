"""How many cheats the gates stop and how many honest changes they pass, on runnable changes in five languages.

    python bench/gate_outcomes.py [SET] [LANGUAGE …] [--judge FOLDER]

Prints the changes that went wrong, then a table by kind of change and by outcome of the old tests.  With ``--judge``
the judge is one of the gates: what it is asked is written to FOLDER (`<digest>.txt`), and what a model answered is
read there (`<digest>.json`).  Run it, let a model answer, run it again.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.runnable import RunnableChange, can_run, judge_change, language_of, read_changes

from tierwise.gates import GateResult

_WORKERS = 2


def main() -> None:
    """Measure."""
    options = _read_options()
    ask = partial(_ask_by_file, options.judge) if options.judge else None
    changes = [
        change
        for change in read_changes(options.set)
        if can_run(change.project)
        and (not options.languages or language_of(change.project) in options.languages)
    ]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(_WORKERS) as pool:

        def judge(entry: tuple[int, RunnableChange]) -> list[GateResult]:
            folder = Path(scratch) / str(entry[0])
            results = judge_change(entry[1], folder, ask)
            shutil.rmtree(folder)
            print(".", end="", file=sys.stderr, flush=True)
            return results

        judged = list(pool.map(judge, enumerate(changes)))
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    outcomes: Counter[tuple[bool, str]] = Counter()
    for change, results in zip(changes, judged, strict=True):
        passed = all(result.passed for result in results)
        total[change.kind] += 1
        right[change.kind] += passed is change.honest
        outcomes[change.honest, _find_outcome(results)] += 1
        if passed is not change.honest:
            print(f"--- {change.name} ({change.kind})")
            for result in results:
                if not result.passed or not change.honest:
                    print(f"    {result.name}: {result.outcome} {result.evidence[:600]}")
    for kind in sorted(total):
        share = right[kind] / total[kind]
        print(f"{kind:8} {right[kind]:3} of {total[kind]:3} right ({share:.0%})")
    for (honest, outcome), count in sorted(outcomes.items()):
        print(f"{'honest' if honest else 'cheat':7} {outcome or '-':24} {count}")


def _read_options() -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("set", nargs="?", default="changes")
    options.add_argument("languages", nargs="*")
    options.add_argument("--judge", type=Path)
    return options.parse_args()


def _ask_by_file(
    folder: Path,
    prompt: str,
) -> tuple[str, float]:
    """The answer that is on file, and no cost; without one the question is written down and nothing answered."""
    digest = hashlib.sha256(prompt.encode()).hexdigest()[:16]
    (folder / f"{digest}.txt").write_text(prompt, encoding="utf-8")
    answer = folder / f"{digest}.json"
    return answer.read_text(encoding="utf-8") if answer.exists() else "", 0.0


def _find_outcome(results: Sequence[GateResult]) -> str:
    """What the tests as they were told."""
    return next(result.outcome for result in results if result.name == "tests-as-they-were")


if __name__ == "__main__":
    main()

"""How many cheats the gates stop and how many honest changes they pass, on runnable changes in five languages.

    python bench/gate_outcomes.py [SET] [LANGUAGE …]

Prints the changes that went wrong, then a table by kind of change and by outcome of the old tests.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.runnable import RunnableChange, can_run, judge_change, language_of, read_changes

from tierwise.gates import GateResult

_WORKERS = 2


def main() -> None:
    """Measure."""
    name = sys.argv[1] if sys.argv[1:] else "changes"
    changes = [
        change
        for change in read_changes(name)
        if can_run(change.project)
        and (not sys.argv[2:] or language_of(change.project) in sys.argv[2:])
    ]
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(_WORKERS) as pool:

        def judge(entry: tuple[int, RunnableChange]) -> list[GateResult]:
            folder = Path(scratch) / str(entry[0])
            results = judge_change(entry[1], folder)
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
        outcomes[change.honest, results[-1].outcome] += 1
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


if __name__ == "__main__":
    main()

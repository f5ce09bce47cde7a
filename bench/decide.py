"""How much processor time reading and deciding take, on 10,000 prompts; run by hand: ``python bench/decide.py``.

The prompts are the labelled spawns and tasks, over and over.  Beside the mean per task stand the worst single one and the
peak of memory, and, as a yardstick of this machine, parsing one task's line with the standard library's ``json``.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

from tierwise.classify.signals import read_signals
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset
from tierwise.routing.decide import decide

TASKS = 10_000


def main() -> None:
    """Print the figures."""
    data = Path(__file__).parents[1] / "tests" / "data"
    files = [
        *sorted((data / "prompts").glob("spawns*.jsonl")),
        *sorted((data / "routing").glob("*.jsonl")),
    ]
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [json.loads(lines[number % len(lines)]) for number in range(TASKS)]
    table = compile_table(load_preset())

    worst = reading = deciding = 0.0
    for row in rows:
        begun = time.process_time()
        signals = read_signals(row["task"], row.get("agent"), row.get("paths", ()))
        read = time.process_time()
        decide(signals, table)
        done = time.process_time()
        reading, deciding, worst = (
            reading + read - begun,
            deciding + done - read,
            max(worst, done - begun),
        )

    begun = time.process_time()
    for number in range(TASKS):
        json.loads(lines[number % len(lines)])
    yardstick = time.process_time() - begun

    megabyte = "2026-01-01 10:00:00 INFO all is well\n" * 28_000 + "fix the typo in the README"
    begun = time.process_time()
    decide(read_signals(megabyte), table)
    large = time.process_time() - begun

    words = [word for row in rows for word in row["task"].split()][: 1000 * 20]
    begun = time.process_time()
    for at in range(0, len(words), 1000):
        decide(read_signals(" ".join(words[at : at + 1000])), table)
    thousand = (time.process_time() - begun) / 20

    tracemalloc.start()
    decide(read_signals(megabyte), table)
    peak = tracemalloc.get_traced_memory()[1]

    per_task = 1e6 / TASKS
    print(
        f"{TASKS} tasks: read {reading * per_task:.0f} us, decide {deciding * per_task:.0f} us a task, mean"
    )
    print(
        f"worst single task {worst * 1e3:.2f} ms; parsing its JSON line {yardstick * per_task:.1f} us, mean"
    )
    print(f"1,000 words of prompts: {thousand * 1e3:.2f} ms, mean of 20")
    print(
        f"a task of {len(megabyte):,} characters: {large * 1e3:.1f} ms, peak {peak / 1024:.0f} KiB beside it"
    )


if __name__ == "__main__":
    main()

"""How long `outcomes` and `learn` take on a long ledger, in seconds of this process.

python bench/outcomes.py [ROWS]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tierwise import ledger
from tierwise.cli.reading import load_row, pause_collector
from tierwise.domain.table import load_default
from tierwise.learning.outcomes import collect_outcomes, collect_turns
from tierwise.learning.routes import recommend_routes
from tierwise.learning.summary import group_outcomes

KINDS = ("docs", "tests", "feature", "bug-fix", "refactor", "config")
TIERS = ("light", "mid", "frontier")
ROWS_OF_A_SPAWN = 3
TITLES = 200
"""Different descriptions: each spawn has many under its own to be compared with."""

FILLING = {
    "turn": "prompt",
    "client": "2.1.329",
    "transcript": "/home/somebody/.claude/projects/p/session.jsonl",
    "mode": "enforce",
    "policy": "0123456789ab",
    "propensity": 1.0,
    "agent": "Explore",
    "scope": "single-file",
    "features": [],
    "reasons": ["a reason of usual length for a tier", "and another one"],
    "rule": "tierwise.yaml:14",
    "wrote": {"model": "haiku", "effort": "medium"},
}
Found = TypeVar("Found")


def list_rows(spawns: int) -> Iterator[dict[str, object]]:
    """Give a decision, its end and its gate for each spawn."""
    chance = random.Random(1)
    for number in range(spawns):
        minute = f"2026-11-{1 + number % 28:02d}T{number // 28 % 24:02d}:{number % 60:02d}:00.000Z"
        agent, call = f"a{number}", f"toolu_{number}"
        names = {"time": minute, "session_id": "s", "agent_id": agent, "tool_use_id": call}
        choice = {"kind": chance.choice(KINDS), "tier": chance.choice(TIERS)}
        task = f"{number % (spawns // 2):032x}"
        likeness = f"{number % TITLES:016x}:{chance.getrandbits(256):064x}"
        known = {"task": task, "likeness": likeness}
        yield {"row": "decision", **names, **FILLING, **choice, **known}
        yield {"row": "stop", **names, "calls": 9, "tokens": {"output_tokens": 900}}
        yield {"row": "gate", **names, "changed": True, "failed": []}


def measure(what: str, work: Callable[[], Found]) -> Found:
    """Print the seconds that a piece of work takes, waiting for others aside."""
    start = time.process_time()
    found = work()
    print(f"{what}: {time.process_time() - start:.2f} s")
    return found


def main() -> None:
    """Print a line a step."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as root:
        ledger.append(root, {"row": "session"})
        path = Path(ledger.path(root))
        with path.open("a", encoding="utf-8") as handle:
            for row in list_rows(rows // ROWS_OF_A_SPAWN):
                handle.write(json.dumps(row) + "\n")
        with pause_collector():  # as the commands do
            measure_steps(root, rows)


def measure_steps(root: str, rows: int) -> None:
    """Print the time of each step from the ledger to what is shown."""
    known = measure(f"read {rows} rows", lambda: list(ledger.read(root, load_row)))
    outcomes = measure("join them to outcomes", lambda: collect_outcomes(known))
    measure("join them to turns", lambda: collect_turns(known))
    measure("group them for `outcomes`", lambda: group_outcomes(outcomes, "kind", "tier"))
    measure("recommend for `learn`", lambda: recommend_routes(outcomes, load_default()))


if __name__ == "__main__":
    main()

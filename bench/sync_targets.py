"""A no-op `tierwise sync` with every target on, beside a bare interpreter in the same run.

    python bench/sync_targets.py [--runs 15]

Goal: at most 8 times the bare interpreter (medians of whole processes, alternating).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tierwise.domain.coding_tools import list_targets

GOAL = 8.0


def measure(command: list[str], folder: Path, environ: dict[str, str]) -> float:
    """Milliseconds of one process."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Print both medians and their ratio; 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {"HOME": name, "PATH": os.environ["PATH"]}
        subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
        targets = ", ".join(list_targets())
        (folder / "tierwise.yaml").write_text(f"version: 1\ntargets: [{targets}]\n")
        sync = [sys.executable, "-m", "tierwise", "sync"]
        for _ in range(2):
            measure(sync, folder, environ)
        pairs = [
            (measure([sys.executable, "-c", ""], folder, environ), measure(sync, folder, environ))
            for _ in range(runs)
        ]
        files = sum(1 for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    bare, synced = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for other, one in pairs)
    print(f"{files} files: bare {bare:.0f} ms, no-op sync {synced:.0f} ms, ratio {ratio:.1f}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    raise SystemExit(main())

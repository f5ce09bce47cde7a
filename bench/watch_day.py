"""A watcher's day: random edits of every kind; at the end the repository is in sync and memory has not grown.

    python bench/watch_day.py [--edits 20000] [--seed 1]

Exits 1 where either does not hold.  Resident memory is compared at half time and at the end.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tierwise.sync.repository import plan_sync, sync
from tierwise.sync.watch.look import glance
from tierwise.sync.wishes import Wishes
from tierwise.table import digest

AGENT = ".claude/agents/explorer.md"


def policy(random_: random.Random, number: int) -> str:
    effort = random_.choice(["low", "medium", "high"])
    return f"version: 1\n# {number}\ntiers: {{{random_.choice(['light', 'mid'])}: {{effort: {effort}}}}}\n"


def edit(root: Path, random_: random.Random, number: int) -> None:
    path = root / "tierwise.yaml"
    kind = random_.randrange(10)
    if kind < 4:
        path.write_text(policy(random_, number))
    elif kind < 6:
        new = root / "tierwise.yaml.new"
        new.write_text(policy(random_, number))
        new.replace(path)
    elif kind == 6:
        path.write_text("version: 1\nmode: [")
    elif kind == 7:
        path.unlink(missing_ok=True)
    elif kind == 8:
        (root / AGENT).unlink(missing_ok=True)
    elif number % 50 == 0:
        shutil.rmtree(root / ".claude", ignore_errors=True)
    else:
        try:
            (root / AGENT).write_text(f"mine {number}\n")
        except FileNotFoundError:
            pass  # its folder has just been removed


def resident(pid: int) -> float:
    """MiB of resident memory; 0 where /proc does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 2**20
    except OSError:
        return 0.0


def follows(root: Path) -> bool:
    try:
        table = json.loads((root / ".tierwise/table.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(table["sources"]["tierwise.yaml"] == digest(str(root / "tierwise.yaml")))


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--edits", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    random_ = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        subprocess.run(["git", "init", "-q", folder], check=True)
        (root / "tierwise.yaml").write_text("version: 1\n")
        sync(folder)
        watcher = subprocess.Popen(
            [sys.executable, "-m", "tierwise", "watch", "--json"], cwd=folder, stdout=subprocess.DEVNULL
        )
        try:
            early = 0.0
            for number in range(given.edits):
                edit(root, random_, number)
                time.sleep(random_.choice([0, 0, 0.002, 0.01]))
                if number == given.edits // 2:
                    early = resident(watcher.pid)
            (root / "tierwise.yaml").write_text(policy(random_, given.edits))
            end = time.monotonic() + 30
            while not follows(root) and time.monotonic() < end:
                time.sleep(0.01)
            late = resident(watcher.pid)
        finally:
            watcher.terminate()
            watcher.wait(30)
        left = {change.path: change.status for change in plan_sync(folder).drift}
        sync(folder, Wishes(force=None))  # what was edited by hand stays until it is asked for
        clean = not plan_sync(folder).drift
        assert glance(folder, (), None).digest
    memory = f"memory {early:.1f} -> {late:.1f} MiB"
    print(f"{given.edits} edits; left by hand: {len(left)} files; clean after: {clean}; {memory}")
    hand = {"edited", "missing"}
    return 0 if clean and set(left.values()) <= hand and late <= early + 3 and watcher.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

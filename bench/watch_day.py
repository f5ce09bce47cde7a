"""A watcher's day: random edits and faults of every kind; at the end `check` is clean and memory has not grown.

    python bench/watch_day.py [--edits 20000] [--seed 1]

Exits 1 where either does not hold.  In the first half the watcher is also killed now and then; resident memory is
compared at half time and at the end, of one process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from tierwise.domain.table import digest_text_file
from tierwise.errors import TierwiseError
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync

AGENT = ".claude/agents/explorer.md"
LINKED = ".claude/agents/planner.md"  # replaced by a link out of the repository now and then
FOLDER = ".claude/commands/ship.md"  # and this one by a folder
WATCH = [sys.executable, "-m", "tierwise", "watch", "--json"]


def policy(random_: random.Random, number: int) -> str:
    effort = random_.choice(["low", "medium", "high"])
    return f"version: 1\n# {number}\ntiers: {{{random_.choice(['light', 'mid'])}: {{effort: {effort}}}}}\n"


def edit(root: Path, random_: random.Random, number: int) -> None:
    """One save of the policy, one hand edit, or one fault."""
    path = root / "tierwise.yaml"
    kind = random_.randrange(12)
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
        if path.exists():  # as vim does
            path.replace(root / "tierwise.yaml~")
        path.write_text(policy(random_, number))
    elif kind == 9:  # a clock that is set back
        path.write_text(policy(random_, number))
        os.utime(path, (number, number))
    elif kind == 10:
        (root / AGENT).unlink(missing_ok=True)
    elif number % 50 == 0:
        fault(root, random_)
    else:
        with suppress(FileNotFoundError):  # its folder has just been removed
            (root / AGENT).write_text(f"mine {number}\n")


def fault(root: Path, random_: random.Random) -> None:
    """All folders gone, an output replaced by a link to outside or by a folder; now and then a person fixes it all."""
    kind = random_.randrange(5)
    with suppress(FileNotFoundError, IsADirectoryError, FileExistsError, TierwiseError):
        if kind > 2:
            clear(root)
            sync(str(root), SyncOptions(force=None))  # refused while the policy is broken or gone
        elif kind == 0:
            shutil.rmtree(root / ".claude", ignore_errors=True)
        elif kind == 1:
            (root / LINKED).unlink()
            (root / LINKED).symlink_to(outside(root))
        else:
            (root / FOLDER).unlink()
            (root / FOLDER).mkdir()


def outside(root: Path) -> Path:
    return root.parent / "outside.md"


def clear(root: Path) -> None:
    """Take away what a person would: links and folders where files belong."""
    if (root / LINKED).is_symlink():
        (root / LINKED).unlink()
    if (root / FOLDER).is_dir():
        (root / FOLDER).rmdir()


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
    return bool(table["sources"]["tierwise.yaml"] == digest_text_file(str(root / "tierwise.yaml")))


def wait_until_followed(root: Path, random_: random.Random, number: int) -> None:
    """Save a good policy and wait, for half a minute at most, until the outputs say the same."""
    (root / "tierwise.yaml").write_text(policy(random_, number))
    end = time.monotonic() + 30
    while not follows(root) and time.monotonic() < end:
        time.sleep(0.01)


def start(root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(WATCH, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def live(root: Path, edits: int, random_: random.Random) -> tuple[float, float, int]:
    """The day itself: resident memory at half time and at the end, and the watcher's exit code."""
    watcher = start(root)
    early = 0.0
    try:
        for number in range(edits):
            edit(root, random_, number)
            time.sleep(random_.choice([0, 0, 0.002, 0.01]))
            if number < edits // 2 and number % 1000 == 500:
                watcher.kill()
                watcher.wait()
                watcher = start(root)
            elif number == edits // 2:
                # On a busy machine the watcher may not even have begun yet.
                wait_until_followed(root, random_, number)
                early = resident(watcher.pid)
        wait_until_followed(root, random_, edits)
        late = resident(watcher.pid)
    finally:
        watcher.terminate()
        watcher.wait(30)
    return early, late, watcher.returncode


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--edits", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "repository")
        subprocess.run(["git", "init", "-q", root], check=True)
        outside(root).write_text("theirs\n")
        (root / "tierwise.yaml").write_text("version: 1\n")
        sync(str(root))
        early, late, code = live(root, given.edits, random.Random(given.seed))
        followed, untouched = follows(root), outside(root).read_text() == "theirs\n"
        left = {change.status for change in plan_sync(str(root)).drift}
        clear(root)
        sync(
            str(root), SyncOptions(force=None)
        )  # what was edited by hand stays until it is asked for
        clean = (
            subprocess.run([sys.executable, "-m", "tierwise", "check"], cwd=root).returncode == 0
        )
    print(
        f"{given.edits} edits; the policy is followed: {followed}; `check` is clean: {clean}",
        end="; ",
    )
    print(f"outside untouched: {untouched}; memory {early:.1f} -> {late:.1f} MiB")
    well = (
        followed and untouched and clean and left <= {"edited", "missing", "blocked"} and code == 0
    )
    return 0 if well and late <= early + 3 else 1


if __name__ == "__main__":
    sys.exit(main())

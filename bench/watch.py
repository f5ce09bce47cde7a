"""The watcher's latency, memory and idle time, beside watchdog's own event latency in the same run.

    python bench/watch.py [--saves 200] [--idle 10]

Latency: from just before a save of tierwise.yaml to the last generated file replaced (``.tierwise/state.json``, which
is renamed last), seen by a watch of this process's own.  watchdog's own: from the same save to the moment when its
event for tierwise.yaml arrives here: no watcher built on it can be faster.  Goals: median 30 ms, p99 60 ms, idle
40 MiB resident and 0.1 % of one processor.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from tierwise.sync.repository import plan_sync, sync

STATE = "state.json"


class Seen(FileSystemEventHandler):
    """When the policy's own event came, and when the record of what was written was replaced."""

    def __init__(self) -> None:
        self.saved = self.synced = 0.0
        self.done = threading.Event()

    def expect(self) -> None:
        self.saved = self.synced = 0.0
        self.done.clear()

    def on_any_event(self, event: FileSystemEvent) -> None:
        now = time.perf_counter()
        if event.event_type in ("opened", "closed_no_write"):
            return
        if str(event.src_path).endswith("tierwise.yaml") and not self.saved:
            self.saved = now
        if f"/{STATE}" in (
            str(path)[-len(STATE) - 1 :] for path in (event.src_path, event.dest_path)
        ):
            self.synced = now
            self.done.set()


def save(path: Path, number: int) -> None:
    """What an editor does: one write in place; every save changes what is generated."""
    effort = ("low", "high")[number % 2]
    path.write_text(f"version: 1\n# {number}\ntiers: {{light: {{effort: {effort}}}}}\n")


def latencies(root: Path, saves: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each save to the last file replaced, and to watchdog's own event here."""
    seen, observer = Seen(), Observer()
    for folder in (root, root / ".tierwise"):
        observer.schedule(seen, str(folder), recursive=False)
    observer.start()
    ours, floor = [], []
    try:
        for number in range(saves):
            time.sleep(0.1)  # nobody saves twice within a tenth of a second; a burst is one run
            seen.expect()
            begin = time.perf_counter()
            save(root / "tierwise.yaml", number)
            if not seen.done.wait(30):
                raise SystemExit(f"save {number} was missed")
            ours.append((seen.synced - begin) * 1000)
            floor.append((seen.saved - begin) * 1000)
    finally:
        observer.stop()
        observer.join()
    return ours, floor


def resident(pid: int) -> float:
    """MiB of resident memory, as ps says it."""
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])) / 1024


def processor_seconds(pid: int) -> float:
    """Seconds of processor time that all threads of a process have used, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        raise SystemExit("idle time is read from /proc, which is not here")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def show(name: str, found: list[float]) -> None:
    slow = statistics.quantiles(found, n=100)[98]
    print(
        f"{name:<40} median {statistics.median(found):6.1f} ms   p99 {slow:6.1f} ms   max {max(found):6.1f} ms"
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--saves", type=int, default=200)
    arguments.add_argument("--idle", type=float, default=10.0)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(os.path.realpath(folder))
        subprocess.run(["git", "init", "-q", folder], check=True)
        (root / "tierwise.yaml").write_text("version: 1\n")
        sync(str(root))
        call = [sys.executable, "-m", "tierwise", "watch", "--json"]
        watcher = subprocess.Popen(call, cwd=root, stdout=subprocess.PIPE)
        try:
            assert watcher.stdout is not None and b'"watching"' in watcher.stdout.readline()
            threading.Thread(target=watcher.stdout.read, daemon=True).start()
            time.sleep(1)
            before, fresh = processor_seconds(watcher.pid), resident(watcher.pid)
            time.sleep(given.idle)
            idle = (processor_seconds(watcher.pid) - before) / given.idle
            ours, floor = latencies(root, given.saves)
            time.sleep(3)
            worked = resident(watcher.pid)
        finally:
            watcher.terminate()
            watcher.wait(30)
        left = len(plan_sync(str(root)).drift)
    show(f"save to last file replaced, {given.saves} saves", ours)
    show("save to watchdog's own event here", floor)
    print(
        f"idle: {fresh:.1f} MiB resident at first, {worked:.1f} MiB after the saves; {idle:.3%} of one processor"
    )
    print(
        f"out of sync at the end: {left}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()

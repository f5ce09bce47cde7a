"""Whole-process latency of the spawn hook beside a bare interpreter, alternating in one run.

    python bench/hook.py [REPOSITORY] [ROUNDS]

Prints medians in milliseconds and the ratio hook / `python -S -E -c pass`; the goal is at most 2.5.
The interpreter is the real one behind a virtual environment's link: a shim on PATH would be measured with it.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SHIM = Path(__file__).resolve().parent.parent / "hooks" / "run.py"
GOAL = 2.5


def event(root: Path, number: int) -> bytes:
    """A spawn as the client sends it, each with an id of its own."""
    call = {"description": "Mend the login", "prompt": "Fix the login bug in src/login.py", "subagent_type": "Explore"}
    names = {"session_id": "bench", "prompt_id": "turn", "cwd": str(root), "transcript_path": ""}
    data = {**names, "hook_event_name": "PreToolUse", "tool_name": "Agent", "tool_input": call}
    return json.dumps({**data, "tool_use_id": f"toolu_{number:06d}"}).encode()


def timed(command: list[str], given: bytes) -> float:
    """Milliseconds from start to exit of one process."""
    before = time.perf_counter()
    subprocess.run(command, input=given, stdout=subprocess.DEVNULL, env={}, check=True)
    return (time.perf_counter() - before) * 1000


def main(root: Path, rounds: int) -> None:
    """Measure and print."""
    python = os.path.realpath(sys.executable)
    commands = {
        "python -S -E -c pass": [python, "-S", "-E", "-c", "pass"],
        "python -S -E -c 'import json'": [python, "-S", "-E", "-c", "import json"],
        "spawn hook": [python, "-S", "-E", str(SHIM), "PreToolUse"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command, event(root, number) if name == "spawn hook" else b""))
    floor = statistics.median(times["python -S -E -c pass"])
    for name, found in times.items():
        median, slow = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        print(f"{name:32} median {median:6.2f} ms   p95 {slow:6.2f} ms   ratio {median / floor:4.2f}")
    print(f"goal: at most {GOAL}; peak memory of a hook process: {peak_memory():.1f} MiB")


def peak_memory() -> float:
    """The largest resident size of the processes started, in MiB (kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]), count)
    else:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "init", "-q", folder], check=True)
            main(Path(folder), count)

"""Whole-process latency of the spawn hook beside a bare interpreter; the goal is a median ratio of at most 2.5.

python bench/hook.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile

from ratio import bare, measure

from tierwise import bundle


def event(root: str) -> bytes:
    """A spawn as the client sends it.  Without an id, so that every round is a call of its own."""
    call = {
        "description": "Mend the login",
        "prompt": "Fix the login bug in src/login.py",
        "subagent_type": "Explore",
    }
    names = {"session_id": "bench", "prompt_id": "turn", "cwd": root, "transcript_path": ""}
    return json.dumps(
        {**names, "hook_event_name": "PreToolUse", "tool_name": "Agent", "tool_input": call}
    ).encode()


def peak_memory() -> float:
    """The largest resident size of the processes that were started, in MiB (kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["git", "init", "-q", root], check=True)
        # The real interpreter behind a virtual environment's link, as `tierwise install` writes it down.
        python = [os.path.realpath(sys.executable), "-S", "-E"]
        commands = {
            "python -S -E -c pass": bare("-S", "-E"),
            "python -S -E -c 'import json'": [*python, "-c", "import json"],
            "spawn hook": [*python, bundle.path("hooks", "run.py"), "PreToolUse"],
        }
        floor = "python -S -E -c pass"
        measure(
            commands,
            floor=floor,
            rounds=int(sys.argv[1]) if sys.argv[1:] else 100,
            cwd=root,
            stdin=event(root),
        )
        print(f"largest process: {peak_memory():.1f} MiB")

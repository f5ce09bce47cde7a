"""Ending a client, or what a gate left, with all that was started, also what left its process group."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

from tierwise.processes import end_group

# In the environment of a client, and so of everything that it starts; the value is the attempt's session.
MARK = "TIERWISE_ATTEMPT"
# The same of a gate's command; the value tells which process started it.
GATE_MARK = "TIERWISE_GATE"
_ROUNDS = 5  # looks for what is left: a process may start another one between
_PAUSE = 0.05
_PR_SET_CHILD_SUBREAPER = 36  # Linux, prctl(2)


def adopt_orphans() -> None:
    """Become the parent of what outlives its own parent (Linux), so that it can be ended and is never a zombie."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.CDLL(None)
            library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ask_to_end(process: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM to the client's whole group; what it has to say comes through its pipes until it ends."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()


def end_all(
    process: subprocess.Popen[bytes],
    mark: str,
    folder: str,
) -> None:
    """Kill the client's group and every process that bears its mark or works in its folder."""
    end_group(process)
    marked = ""
    if mark:
        marked = f"{MARK}={mark}"
    end_left(folder, marked)


def end_left(folder: str, marked: str = "") -> None:
    """Kill every process that works in a folder of a run, or has a mark in its environment (Linux)."""
    for _ in range(_ROUNDS):
        left = _find_left(marked, folder)
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE)
        for pid in left:
            with contextlib.suppress(ChildProcessError, OSError):
                os.waitpid(pid, os.WNOHANG)


def _find_left(marked: str, folder: str) -> list[int]:
    """Return ids of this user's processes that belong to an attempt; Linux only, elsewhere none are found."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    own = (os.getpid(), os.getppid())
    others = {int(name) for name in names if name.isdigit()} - set(own)
    return [pid for pid in others if _is_member(pid, marked, folder)]


def _is_member(
    pid: int,
    marked: str,
    folder: str,
) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as handle:
            if marked and marked.encode() in handle.read().split(b"\0"):
                return True
        place = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    if not folder:
        return False
    return f"{place}{os.sep}".startswith(f"{folder}{os.sep}")

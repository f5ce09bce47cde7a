"""Temporary folders that say whose they are, so that those of killed processes can be taken away."""

from __future__ import annotations

import os
import shutil
import tempfile

from tierwise.process_tree import GATE_MARK, end_left

_PREFIX = "tierwise-gate-"
_NAMESPACE = "/proc/self/ns/pid"  # Linux: a link like "pid:[4026531836]"


def scratch_prefix() -> str:
    """Return how the name of a temporary folder of this process begins."""
    return f"{_own_prefix()}{os.getpid()}-"


def sweep_scratch() -> None:
    """End what processes that are gone started, and take their folders away.

    A command of a killed gate may go on for ever: its change may be one that never ends.  It is ended
    where the system tells which folder it works in, or what its environment is (Linux); a folder that
    cannot be removed stays.  Anybody may put a link of such a name there: it is not followed.
    """
    top = os.path.realpath(tempfile.gettempdir())
    prefix = _own_prefix()
    for name in os.listdir(top):
        number = name.removeprefix(prefix).split("-", 1)[0]
        if name.startswith(prefix) and number.isdigit() and not is_alive(int(number)):
            folder = os.path.join(top, name)
            end_left(folder, f"{GATE_MARK}={prefix}{number}-")
            shutil.rmtree(
                folder,
                ignore_errors=True,
            )  # which refuses a link


def number_space() -> str:
    """Return where process ids of ours mean something: containers that share a folder count their own.

    Digits; "0" where the system has one space only.
    """
    try:
        link = os.readlink(_NAMESPACE)
    except OSError:
        return "0"
    return "".join(letter for letter in link if letter.isdigit())


def is_alive(pid: int) -> bool:
    """Return whether a process of this number space runs; where that cannot be asked, it counts as running."""
    if pid <= 0:
        return False
    if pid == os.getpid() or os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _own_prefix() -> str:
    return f"{_PREFIX}{number_space()}-"

"""Temporary folders that say whose they are, so that those of killed processes can be taken away."""

from __future__ import annotations

import os
import shutil
import tempfile

_PREFIX = "tierwise-gate-"


def scratch_prefix() -> str:
    """How the name of a temporary folder of this process begins."""
    return f"{_PREFIX}{os.getpid()}-"


def sweep_scratch() -> None:
    """Take away the folders of processes that are gone; what cannot be removed stays."""
    top = tempfile.gettempdir()
    for name in os.listdir(top):
        number = name.removeprefix(_PREFIX).split("-", 1)[0]
        if name.startswith(_PREFIX) and number.isdigit() and not is_alive(int(number)):
            shutil.rmtree(os.path.join(top, name), ignore_errors=True)


def is_alive(pid: int) -> bool:
    """Whether a process runs; where that cannot be asked, it counts as running."""
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

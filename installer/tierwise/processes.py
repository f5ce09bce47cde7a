"""Ending a process with all that it started.  Standard library only."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process started with ``start_new_session`` and everything it started; without waiting for the end."""
    import signal

    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass  # all of them have ended by themselves


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """As :func:`kill_group`; the process is gone afterwards."""
    kill_group(process)
    process.wait()

"""A ``tierwise`` command that meets a fault: killed between two steps, no room on the disk, a read-only folder.

Run as a program, so that the fault hits a process of its own: ``faults.py FAULT LIMIT FOLDER COMMAND…``, where
FAULT is ``kill`` (at each step of a copy of FOLDER in turn; see :func:`kill_everywhere`), ``size`` (no file may
grow beyond LIMIT bytes) or ``rights`` (root's right to write everywhere is given up).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_EVENTS = {
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "shutil.rmtree",
}
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
_CAPABILITY_VERSION_3 = 0x20080522


def run_with_fault(
    fault: str, limit: int, folder: Path, *command: str
) -> subprocess.CompletedProcess[str]:
    """Run ``tierwise COMMAND`` in ``folder`` under ``size`` or ``rights``."""
    call = [sys.executable, __file__, fault, str(limit), str(folder), *command]
    return subprocess.run(call, capture_output=True, encoding="utf-8", check=False)


def kill_everywhere(template: Path, scratch: Path, *command: str) -> list[Path]:
    """Kill ``tierwise COMMAND`` before each system call that changes a file, each time in a fresh copy of ``template``.

    Returns the copies as the killed processes left them, in order of the step.  They are in ``scratch``.
    """
    call = [sys.executable, __file__, "kill", str(scratch), str(template), *command]
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    return [scratch / str(step) for step in range(len(list(scratch.iterdir())))]


def _kill_each_step(template: str, scratch: str, command: list[str]) -> None:
    import tierwise.cli

    shutil.copytree(template, warm := os.path.join(scratch, "warm"))
    os.chdir(warm)
    assert tierwise.cli.run(command) == 0, f"{command} fails by itself"
    os.chdir(scratch)
    shutil.rmtree(warm)
    # All is imported now: a start-up for each step would take minutes.
    for step in range(100_000):
        copy = os.path.join(scratch, str(step))
        shutil.copytree(template, copy)
        child = os.fork()
        if not child:
            os.chdir(copy)
            kill_at(step)
            os._exit(tierwise.cli.run(command))
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            shutil.rmtree(copy)
            return


def kill_at(left: int) -> None:
    """Kill this process before the system call that changes a file, after ``left`` others."""

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in _EVENTS or (event == "open" and not _writes(arguments)):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)


def _writes(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _limit_file_size(limit: int) -> None:
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def _obey_permissions() -> None:
    """Give up root's right to write where the mode bits forbid it; nothing to do for anybody else."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    if libc.capget(header, data):
        raise OSError(ctypes.get_errno(), "capget")
    for start in range(3):  # effective, permitted, inheritable
        data[start] &= ~(1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH)
    if libc.capset(header, data):
        raise OSError(ctypes.get_errno(), "capset")


def _main(fault: str, limit: str, folder: str, *command: str) -> int:
    import tierwise.cli

    if fault == "kill":
        _kill_each_step(folder, limit, list(command))
        return 0
    os.chdir(folder)
    if fault == "size":
        _limit_file_size(int(limit))
    else:
        _obey_permissions()
    return tierwise.cli.run(list(command))


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))

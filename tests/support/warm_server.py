"""A process that has imported the command line and forks for each call: see ``warm.py``, which starts it.

A request is one datagram: the call as JSON, and the files that are to be its standard input, output and error.
The answer is two: the process's id, and when it has ended its exit code, the seconds of the processor
and the kilobytes that it took.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any

MOST_BYTES = 1 << 20
STANDARD_FILES = 3
# What commands import late, and only where they have to: the largest of it.
POLICY = ("tierwise.policy.compile", "tierwise.sync.repository")
GATES = ("tierwise.gates.builtin.*", "tierwise.cascade.workspace")
LATE_IMPORTS = {
    "route": (*POLICY, "anthropic"),
    "run": (*POLICY, *GATES, "tierwise.cascade.flow", "tierwise.cascade.engines.*", "anthropic"),
    "gate": (*POLICY, *GATES),
    "preflight": (*POLICY, "tierwise.checks.builtin.*", "tierwise.checks.dependencies.*"),
    "report": (*POLICY, "tierwise.report.*", "tierwise.report.findings.*"),
}


def serve(requests: socket.socket) -> None:
    """Answer requests, one after the other, until the other end is closed."""
    while True:
        data, files, _, _ = socket.recv_fds(requests, MOST_BYTES, STANDARD_FILES)
        if not data:
            return
        call = json.loads(data)
        import_for(call["arguments"])
        process = os.fork()
        if not process:
            requests.close()
            end(run_call(call, files))
        for file in files:
            os.close(file)
        with suppress(BrokenPipeError):  # whoever asked may be gone by now
            requests.send(str(process).encode())
        if not outlasts_call(requests, process):
            os.kill(process, signal.SIGKILL)
        _, status, used = os.wait4(process, 0)
        seconds = used.ru_utime + used.ru_stime
        ended = (os.waitstatus_to_exitcode(status), seconds, used.ru_maxrss)
        try:
            requests.send(json.dumps(ended).encode())
        except BrokenPipeError:
            return


def outlasts_call(requests: socket.socket, process: int) -> bool:
    """Wait for a call's end; False as soon as whoever asked is gone, killed for example."""
    try:
        ended = os.pidfd_open(process)
    except OSError:  # an old system has none
        return True
    try:
        ready, _, _ = select.select([ended, requests], [], [])
        return ended in ready
    finally:
        os.close(ended)


def import_for(arguments: list[str]) -> None:
    """Import what this command is made of, so that no call of it does so again."""
    from tierwise.cli.registry import COMMANDS

    name = arguments[0] if arguments else ""
    wanted = []
    for late in LATE_IMPORTS.get(name, POLICY):
        wanted += list_modules(late)
    if name in COMMANDS:
        wanted.append(f"tierwise.cli.commands.{COMMANDS[name][0]}")
    missing = [module for module in wanted if module not in sys.modules]
    for module in missing:
        import_module(module)
    if missing:
        gc.collect()
        gc.freeze()  # what is never looked at again is never copied either


@cache
def list_modules(name: str) -> list[str]:
    """A module's own name, or those of a package's modules: ``tierwise.checks.builtin.*``."""
    package = name.removesuffix(".*")
    if package == name:
        return [name]
    folder = importlib.import_module(package).__path__
    return [f"{package}.{module.name}" for module in pkgutil.iter_modules(folder)]


def import_module(name: str) -> ModuleType | None:
    """Import a module; the call itself says it where there is none."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def run_call(call: dict[str, Any], files: list[int]) -> int:
    """Be the process that was asked for, to its end."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(call["environment"])
    os.chdir(call["folder"])
    time.tzset()
    from tierwise import __main__ as program

    sys.argv = [program.__file__, *call["arguments"]]
    try:
        return program.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1


def end(code: int) -> None:
    """End as an interpreter does, without taking every module to pieces."""
    try:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    del sys.path[0]  # this file's folder, where a real start has none
    serve(socket.socket(fileno=int(sys.argv[1])))

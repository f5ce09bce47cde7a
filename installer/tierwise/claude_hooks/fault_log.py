"""Faults of our own, one line each, where `tierwise doctor` shows them.  A hook never fails aloud."""

import os

from tierwise import ledger, repo

SIZE = 64 << 10  # bytes after which the older half of the log goes


def path(root: str) -> str:
    """The log of a repository."""
    return repo.local(root, "hook.log")


def note(root: "str | None", event: str, error: BaseException) -> None:
    """Add one line; where even that fails there is nobody left to tell."""
    if root is None:
        return
    try:
        ledger.make_folder(repo.local(root))
        words = " ".join(str(error).split())[:400]
        line = f"{ledger.now()} {event or '?'} {type(error).__name__}: {words}{_place(error)}\n"
        with open(path(root), "ab") as log:
            if log.tell() > SIZE:
                _halve(path(root))
            log.write(line.encode("utf-8", "replace"))
    except OSError:
        pass


def lines(root: str) -> list[str]:
    """The lines of the log, oldest first."""
    try:
        with open(path(root), encoding="utf-8", errors="replace") as log:
            return log.read().splitlines()
    except OSError:
        return []


def _halve(name: str) -> None:
    with open(name, "r+b") as log:
        log.seek(-SIZE // 2, os.SEEK_END)
        log.readline()
        rest = log.read()
        log.seek(0)
        log.write(rest)
        log.truncate()


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"

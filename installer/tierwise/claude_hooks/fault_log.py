"""Faults of our own, one line each, where `tierwise doctor` shows them.  A hook never fails aloud."""

import os

from tierwise import ledger, local_state

NAME = "hook.log"
SIZE = 64 << 10  # bytes after which the older half of the log goes


def path(root: str) -> str:
    """Return the log of a repository, for messages."""
    return local_state.path(root, NAME)


def note(
    root: "str | None",
    event: str,
    error: BaseException,
) -> None:
    """Add one line; where even that fails there is nobody left to tell."""
    if root is None:
        return
    try:
        words = " ".join(str(error).split())[:400]
        line = (
            f"{ledger.now()} {event or '?'} {type(error).__name__}: {words}{_find_place(error)}\n"
        )
        local_state.append(
            root,
            NAME,
            data=line.encode("utf-8", "replace"),
        )
        _drop_old(root)
    except OSError:
        pass


def lines(root: str) -> list[str]:
    """List the lines of the log, oldest first."""
    return (local_state.read(root, NAME) or b"").decode("utf-8", "replace").splitlines()


def _drop_old(root: str) -> None:
    """Keep the newer half of a log that has grown too large."""
    with local_state.Folder(root) as folder:
        if folder.stat(NAME).st_size <= SIZE:
            return
        newer = local_state.read_tail(
            root,
            NAME,
            size=SIZE // 2,
        )
        folder.replace(NAME, newer.partition(b"\n")[2])


def _find_place(error: BaseException) -> str:
    trace = error.__traceback__
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"

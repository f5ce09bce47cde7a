"""What the hook shim does where the package cannot be asked: one line in the project's hook log."""

import os


def note_fault(event: str, fault: BaseException) -> None:
    """Append one line to the log, which ``tierwise doctor`` shows; nothing where a link stands in its place.

    Raises OSError where it cannot be written.
    """
    path = os.environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    for name in (".tierwise", "local", "hook.log"):
        path = os.path.join(path, name)
        if os.path.islink(path):
            return  # it may have come with a clone, and lead anywhere
    line = " ".join(f"{event} {type(fault).__name__}: {fault}".split())
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags, 0o600), "a", encoding="utf-8", errors="replace") as file:
        file.write(line[:500] + "\n")

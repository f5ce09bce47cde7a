"""The one hook shim: finds the package beside itself and hands it one event of Claude Code's.

    python3 -S -E hooks/run.py PreToolUse < event.json

Whatever goes wrong, it prints nothing and exits 0: a fault of ours never breaks a session.
"""

import gc
import os
import sys


def package_folder() -> str:
    """The folder to import ``tierwise`` from: above ``tierwise/_bundle`` in a wheel, ``installer`` in a checkout."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if os.path.basename(root) == "_bundle":
        return os.path.dirname(os.path.dirname(root))
    return os.path.join(root, "installer")


def log(event: str, fault: BaseException) -> None:
    """Append one line to the project's hook log, which ``tierwise doctor`` shows; nothing where there is no folder."""
    project = os.environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    line = " ".join(f"{event} {type(fault).__name__}: {fault}".split())
    path = project
    for name in (".tierwise", "local", "hook.log"):
        path = os.path.join(path, name)
        if os.path.islink(path):
            return  # it may have come with a clone, and lead anywhere
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags, 0o600), "a", encoding="utf-8", errors="replace") as file:
        file.write(line[:500] + "\n")


def run(event: str) -> None:
    """Answer one event; never raises."""
    try:
        sys.path.insert(0, package_folder())
        from tierwise.compiled import import_compiled

        import_compiled()
        from tierwise.claude_hooks.hook import main

        main(event)
        sys.stdout.flush()
    except BaseException as fault:  # also SystemExit: exit code 2 would block the user's call
        try:
            log(event, fault)
        except Exception:
            pass


if __name__ == "__main__":
    gc.disable()  # the process is over before there is anything to collect
    run(sys.argv[1] if len(sys.argv) > 1 else "")
    os._exit(0)  # no teardown: faster, and a closed pipe cannot turn into an exit code

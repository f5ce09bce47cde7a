"""Where the settings of the commit check come from.  Standard library only.

The compiled table is read; where tierwise.yaml was written after it, and says something else, it is compiled again in
a process of its own, so that an edit holds for the very next commit.
"""

from tierwise.checks.commit_system import exists, system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Settings = dict[str, Any]

DEFAULT: "Settings" = {"preset": "spec"}
_LIMIT = 20.0  # seconds for compiling; it takes some tenths of one


def read_settings(start: str = ".") -> "tuple[Settings, str]":
    """The policy's ``checks.commit``, and what is to be said about it (empty when all is well).

    The preset ``spec`` where there is no policy, or none that can be read.
    """
    if exists(start + "/.git") and not exists(start + "/.tierwise") and not exists(start + "/tierwise.yaml"):
        return DEFAULT, ""
    fault = ""
    found = _read_shared(start)
    if found is None:
        found, fault = _read_any(start)
    checks = found.get("checks")
    chosen = checks.get("commit") if isinstance(checks, dict) else None
    return (chosen if isinstance(chosen, dict) else DEFAULT), fault


def _read_shared(start: str) -> "Settings | None":
    """The table that sync wrote, where nothing else need be weighed against it; the long way costs 2 ms more."""
    if exists(start + "/.tierwise/local/table.json"):
        return None
    path = start + "/.tierwise/table.json"
    try:
        # Written after the policy: sync writes it last.  Otherwise the contents are compared.
        if system.stat(start + "/tierwise.yaml").st_mtime > system.stat(path).st_mtime:
            return None
    except OSError:
        pass
    from tierwise import fastjson

    try:
        with open(path, encoding="utf-8") as handle:
            found = fastjson.loads(handle.read())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("schema") == 1 else None


def _read_any(start: str) -> "tuple[Settings, str]":
    from tierwise import repo, table

    root = repo.find_root(start)
    found = table.load(root)
    if root is None or not exists(f"{root}/{repo.POLICY}") or (found is not None and table.is_current(root, found)):
        return found or {}, ""
    fault = _compile(root)
    return (table.load(root) if not fault else found) or {}, fault


def _compile(root: str) -> str:
    """Compile tierwise.yaml into the hook's own table; empty when done, else why not."""
    import os
    import subprocess
    import sys

    from tierwise import repo

    package = os.path.dirname(os.path.dirname(os.path.abspath(repo.__file__)))
    # Started outside the repository: `-m` would import a module of the user's that is named like one of ours.
    try:
        _make_folder(repo.local(root))
        done = subprocess.run(
            [sys.executable, "-m", "tierwise.policy", os.path.abspath(root)],
            cwd=package,
            env={**os.environ, "PYTHONPATH": package},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"tierwise.yaml could not be compiled ({error}); the settings before it hold"
    if done.returncode == 0:
        return ""
    cause = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"])[0]
    return f"tierwise.yaml does not hold yet: {cause}"


def _make_folder(folder: str) -> None:
    """Make ``.tierwise/local``, which hides itself from git."""
    import os

    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, ".gitignore"), "w", encoding="ascii") as handle:
            handle.write("*\n")

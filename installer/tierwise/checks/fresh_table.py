"""The compiled policy as tierwise.yaml stands now, so that an edit holds for the very next commit."""

import os
import sys

from tierwise import repo, table

# Compiling needs the packages that a hook starts without, and must import nothing from the repository.
_COMPILE = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from tierwise.policy.__main__ import main; sys.exit(main(sys.argv[1]))"
)


def load_fresh(root: str) -> "dict[str, object] | None":
    """The table of the repository, compiled anew where the policy has changed since; None without a policy.

    Where the policy is broken its fault goes to standard error and the last good table holds.
    """
    found = table.load(root)
    if not os.path.exists(os.path.join(root, repo.POLICY)) or (found is not None and table.is_current(root, found)):
        return found
    from tierwise.checks.spawn import output

    _make_local_folder(root)
    package = os.path.dirname(os.path.dirname(os.path.abspath(repo.__file__)))
    code, _ = output([sys.executable, "-I", "-c", _COMPILE, package, os.path.abspath(root)])
    return table.load(root) if code == 0 else found


def _make_local_folder(root: str) -> None:
    """``.tierwise/local`` hides itself from git, also where sync has not run yet."""
    path = repo.local(root, ".gitignore")
    if not os.path.exists(path):
        from tierwise.files import write_atomic

        write_atomic(path, b"*\n")

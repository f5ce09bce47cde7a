"""The compiled policy as tierwise.yaml stands now, so that an edit holds for the very next commit.

The compiled table is read; where tierwise.yaml says something else by now, it is compiled again in a process of
its own.  Standard library only.
"""

import os

from tierwise import repo
from tierwise.domain import table
from tierwise.processes import explain_failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.domain.table_shape import Table

_LIMIT = 20.0  # seconds; it takes some tenths of one


def load_fresh(root: "str | None") -> "tuple[Table | None, str]":
    """Return the table of a repository, and what is to be said about it (empty when all is well).

    None where there is no policy; the last valid table where the policy cannot be compiled.
    """
    found = table.load(root)
    if root is None:
        return found, ""
    policy = os.path.join(root, repo.POLICY)
    if not os.path.exists(policy):
        return found, ""
    if found is not None and table.is_current(root, found):
        return found, ""
    fault = _compile_policy(root)
    if not fault:
        found = table.load(root)
    return found, fault


def _compile_policy(root: str) -> str:
    """Compile tierwise.yaml into the hook's own table; empty when done, else why not."""
    import subprocess
    import sys

    from tierwise.own_process import isolated_call

    # Compiling needs the packages that a hook starts without.
    module = "tierwise.policy.__main__"
    call = isolated_call(
        sys.executable,
        module,
        "main",
        [os.path.abspath(root)],
    )
    try:
        done = subprocess.run(
            call,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"tierwise.yaml could not be compiled ({error}); the settings before it hold"
    if done.returncode == 0:
        return ""
    cause = explain_failure(done).splitlines()[0]
    return f"tierwise.yaml does not hold yet: {cause}"

"""The policy as it is at this moment: an edit of tierwise.yaml changes the very next spawn.

The compiled table is used while its sources have the content that was compiled.  Where they have not, another
process compiles them (that needs YAML and costs some tenths of a second, once per edit).  Where it cannot, the
last valid table stays, and the reason is said once per edit.
"""

import os
import sys
import time

from tierwise import fastjson, local_state, repo
from tierwise.domain import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tierwise.claude_hooks.limits import LimitWindow
    from tierwise.domain.table_shape import Table


LIMIT = 8.0  # seconds for a compilation; the client gives a hook ten
_FAILURE = "stale.json"
RETRY = 60.0  # seconds before a compilation that failed is tried again on the same files


class Current:
    """The table to use.  ``fault``: why it is not the newest, empty where it is; ``news``: not said before."""

    def __init__(
        self,
        found: "Table",
        fault: str = "",
        news: bool = False,
    ) -> None:
        self.table = found
        self.fault = fault
        self.news = news


def current(root: "str | None") -> Current:
    """Return the table for a repository, compiled again where its sources have changed.

    Raises FileNotFoundError only where the package itself has lost its default table.
    """
    if root is None:
        return Current(table.load_default())
    found = table.load(root)
    if found is not None and table.is_current(root, found):
        return Current(found)
    if found is None and not os.path.exists(os.path.join(root, repo.POLICY)):
        return Current(table.load_default())
    return _compile_again(root, found)


def spare_limits(
    root: "str | None",
    found: "Table",
) -> "tuple[Table, LimitWindow | None]":
    """Return the policy to go by, and the subscription's limit that it is bent for; most policies spare none."""
    limits = found.get("limits") or {}
    if not limits.get("conserve_from"):
        return found, None
    from tierwise.claude_hooks import sparing

    return sparing.spare_limits(root, found)


def tell_spared(
    root: "str | None",
    window: "LimitWindow | None",
    found: "Table",
) -> str:
    """Tell what the person is told of a spared limit, once; empty where none is."""
    if window is None:
        return ""
    from tierwise.claude_hooks import sparing

    return sparing.tell_once(root, window, found)


def _compile_again(root: str, found: "Table | None") -> Current:
    """Return the table of the sources as they are; the one before, ``found``, where they cannot be compiled."""
    sources = {repo.POLICY: table.digest_policy(root)}
    known = fastjson.read_object(local_state.read(root, _FAILURE))
    is_known = known.get("sources") == sources
    if is_known and 0 <= time.time() - float(known.get("at") or 0) < RETRY:
        return Current(
            found or table.load_default(),
            str(known.get("fault")),
        )
    fault = compile_elsewhere(root)
    if not fault:
        return Current(table.load(root) or table.load_default())
    _remember_failure(root, sources, fault)
    return Current(
        found or table.load_default(),
        fault,
        news=not is_known,
    )


def compile_elsewhere(root: str) -> str:
    """Compile the policy in a process of its own.  Empty when done, else the first line of what went wrong."""
    import subprocess

    from tierwise.own_process import isolated_call
    from tierwise.processes import explain_failure

    fault = "no Python with tierwise's dependencies was found; run `tierwise sync`"
    for python in _list_interpreters():
        try:
            call = isolated_call(
                python, "tierwise.policy.__main__", "main", [os.path.abspath(root)]
            )
            done = subprocess.run(
                call,
                capture_output=True,
                timeout=LIMIT,
            )
        except subprocess.TimeoutExpired:
            return f"compiling tierwise.yaml took more than {LIMIT:.0f} seconds"
        except OSError:
            continue
        if done.returncode == 0:
            return ""
        said = explain_failure(done)
        if "ModuleNotFoundError" not in said:
            return said.splitlines()[0]
    return fault


def _list_interpreters() -> list[str]:
    """List the one that runs this, then those that `tierwise install` noted for this user."""
    from tierwise.user_launcher import usable_candidates

    noted = [python for python, _ in usable_candidates(os.environ)]
    return list(dict.fromkeys([sys.executable, *noted]))


def _remember_failure(
    root: str,
    sources: "dict[str, str]",
    fault: str,
) -> None:
    known = {
        "sources": sources,
        "fault": fault,
        "at": time.time(),
    }
    try:
        local_state.write(
            root,
            _FAILURE,
            data=fastjson.dumps(known).encode(),
        )
    except OSError:
        pass  # a full disk or a read-only folder: the next spawn tries to compile again

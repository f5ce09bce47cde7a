"""``tierwise-hook pre-commit``: the built-in checks, and the policy's commands, on what is about to be committed.

Reads only; the exit code is 1 where a check says no.  A fault of Tierwise's own never blocks: it is said in
one line, and the commit goes on.
"""

from __future__ import annotations

import os
import sys

from tierwise.checks.result import (
    BROKEN,
    SKIPPED,
    describe_error,
)
from tierwise.checks.run import (
    list_skipped,
    list_unknown_names,
    run_checks,
)
from tierwise.checks.staged import Staged
from tierwise.domain.check_names import PRE_COMMIT
from tierwise.domain.fresh_table import load_fresh
from tierwise.errors import STOPPED, OutsideError
from tierwise.repo import find_root
from tierwise.shown import neutralise_lines

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from tierwise.checks.model import Drift
    from tierwise.domain.table_shape import Table


def main(argv: list[str], drift: Drift | None = None) -> int:
    """Check the index.  ``drift`` is the command's function that compares generated files with the policy."""
    try:
        return _check_index(drift)
    except KeyboardInterrupt:
        _say_text("tierwise: stopped; nothing was changed\n")
        return STOPPED
    except Exception as error:
        cause = str(error) or describe_error(error)
        _say_text(f"tierwise: the checks could not run and the commit goes on unchecked: {cause}\n")
        return 0


def _check_index(drift: Drift | None) -> int:
    top = find_top_folder()
    repository = find_root(top)
    root = repository or top
    snapshot = Staged(top)
    if not snapshot.changes:
        return 0
    policy = _load_policy(repository)
    results = run_checks(
        snapshot,
        policy,
        PRE_COMMIT,
        root=root,
        drift=drift,
    )
    stops = any(result.stops for result in results)
    skip = list_skipped()
    is_unchecked = any(result.status in (BROKEN, SKIPPED) for result in results)
    if stops or skip or is_unchecked:
        from tierwise.checks.report import (
            format_skipped,
            format_text,
        )

        _say_text(format_skipped(results) + format_text(results, PRE_COMMIT))
    if stops:
        for name in list_unknown_names(skip, policy):
            _say_text(f"tierwise: TIERWISE_SKIP names {name}, and no check is called that\n")
    return int(stops)


def _load_policy(root: str | None) -> Table | None:
    """Return the compiled policy; what is wrong with it, or withheld of it, is said."""
    policy, fault = load_fresh(root)
    if fault:
        _say_text(f"tierwise: {fault}\n")
    if root and policy and policy.get("withheld"):
        from tierwise.trust.guard import describe_withheld

        _say_text(f"tierwise: {describe_withheld(root, policy)}\n")
    return policy


def find_top_folder() -> str:
    """Return the work tree's top: git starts hooks there; a person may call one from further down.

    Raises OutsideError where there is no repository.
    """
    here = os.getcwd()
    if os.environ.get("GIT_DIR"):
        return here
    folder = here
    while not os.path.exists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            raise OutsideError(
                "this folder is in no git repository",
                place=here,
            )
        folder = above
    return folder


def _say_text(text: str) -> None:
    # Names may hold bytes that the terminal's encoding does not know; never fail over that.
    encoding = sys.stderr.encoding or "utf-8"
    data = neutralise_lines(text).encode(
        encoding,
        "backslashreplace",
    )
    sys.stderr.flush()
    sys.stderr.buffer.write(data)
    sys.stderr.buffer.flush()

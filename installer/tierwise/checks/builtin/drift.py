"""Generated files that differ from the policy, in what will be committed.

How to tell is the sync room's business: the door passes in ``settings["drift"]``, a function from a root to
``[(path, what is wrong)]``.  Here is only when to ask, and of which files.
"""

import os

from tierwise.domain.change import Change, Finding, Snapshot, encode
from tierwise.files import read_bytes
from tierwise.repo import FOLDER, POLICY

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from tierwise.checks.run import Drift


def check(
    snapshot: Snapshot, changes: "list[Change]", settings: "dict[str, object]"
) -> "list[Finding]":
    """A finding for each drifted file, where a policy is in use.

    A commit that touches neither the policy nor a generated file is not asked: rendering costs far more than
    the rest of a hook.  Where such a file is staged in part, the index is laid out in a temporary folder.
    """
    compare: Drift | None = settings.get("drift")  # type: ignore[assignment]
    root = str(settings.get("root") or snapshot.root)
    if compare is None or not os.path.exists(os.path.join(root, POLICY)):
        return []
    if settings.get("stage") != "pre-commit":
        return _findings(compare, root)
    known = read_bytes(os.path.join(root, FOLDER, "state.json"))
    if known is None:
        return []  # never synced: nothing was generated that could differ
    if not any(_concerns(change.path, known) for change in changes):
        return []
    from tierwise.checks.checkout import laid_out, unstaged

    if not any(_concerns(path, known) for path in unstaged(snapshot.root)):
        return _findings(compare, root)
    with laid_out(snapshot.root) as folder:
        return _findings(compare, folder)


def _concerns(path: str, known: bytes) -> bool:
    """Whether the path is the policy's, Tierwise's own, or named in the record of what was generated."""
    return path == POLICY or path.startswith(f"{FOLDER}/") or b'"' + encode(path) + b'"' in known


def _findings(compare: "Drift", root: str) -> "list[Finding]":
    return [Finding(path, what) for path, what in compare(root)]

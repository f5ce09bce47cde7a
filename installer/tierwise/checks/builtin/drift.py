"""Generated files that differ from the policy, in what will be committed.

How to tell is the sync package's business: the command passes in a function from a root to
``[(path, what is wrong)]``.  Here is only when to ask, and of which files.
"""

from __future__ import annotations

import os

from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import (
    Change,
    Finding,
    Snapshot,
    encode_path,
)
from tierwise.domain.check_names import PRE_COMMIT
from tierwise.files import read_bytes
from tierwise.git.plumbing import list_unstaged
from tierwise.repo import FOLDER, POLICY, has_policy

TYPE_CHECKING = False  # `typing` costs a hook 10 ms
if TYPE_CHECKING:
    from tierwise.checks.model import Drift


def find_drift(
    snapshot: Snapshot,
    changes: list[Change],
    context: CheckContext,
) -> list[Finding]:
    """Return a finding for each generated file that is not as the policy says.

    A commit that touches neither the policy nor a generated file is not asked: rendering costs far more than
    the rest of a hook.  Where such a file is staged in part, the index is laid out in a temporary folder.
    """
    compare = context.drift
    root = context.root
    if compare is None or not has_policy(root):
        return []
    if context.stage != PRE_COMMIT:
        return _list_findings(compare, root)
    known = read_bytes(os.path.join(root, FOLDER, "state.json"))
    if known is None:
        return []  # never synced: nothing was generated that could differ
    if not any(_is_generated(change.path, known) for change in changes):
        return []
    if not any(_is_generated(path, known) for path in list_unstaged(snapshot.root)):
        return _list_findings(compare, root)
    from tierwise.checks.checkout import check_out_index

    with check_out_index(snapshot.root) as folder:
        return _list_findings(compare, folder)


def _is_generated(path: str, known: bytes) -> bool:
    """Return whether the path is the policy's, Tierwise's own, or named in the record of what was generated."""
    if path == POLICY or path.startswith(f"{FOLDER}/"):
        return True
    return b'"' + encode_path(path) + b'"' in known


def _list_findings(compare: Drift, root: str) -> list[Finding]:
    return [Finding(path, what) for path, what in compare(root)]


CHECK = TreeCheck(
    name="drift",
    meaning="generated files that differ from the policy",
    fix="`tierwise sync` (of a file edited by hand: `--adopt` keeps the edit, `--force` the policy's), "
    "then `git add` what it wrote",
    find=find_drift,
)

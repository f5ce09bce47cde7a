"""git's post-checkout and post-merge hooks, for people who want no watcher: ``sync: on-checkout``.

Standard library until there is something to do.  Never fails: git has done its work already.
"""

import sys

from tierwise import repo, table
from tierwise.sync.stamp import review_if_in_sync


def main(arguments: "list[str]") -> int:
    """Sync after a checkout or merge where the policy asks for it; one line where something was done."""
    root = repo.find_root()
    if root is None or (table.load(root) or {}).get("sync") != "on-checkout":
        return 0
    if len(arguments) == 3 and arguments[2] == "0":
        return 0  # post-checkout of single files
    try:
        if review_if_in_sync(root) is None:
            _sync(root)
    except Exception as error:
        print(f"tierwise: not synced: {error}", file=sys.stderr)
    return 0


def _sync(root: str) -> None:
    import site

    site.main()  # a hook starts without the installed packages
    from tierwise.sync.repository import sync
    from tierwise.sync.wishes import Wishes

    plan = sync(root, Wishes(repair=False))
    if plan.writes:
        print(f"tierwise: synced {len(plan.writes)} files with the policy", file=sys.stderr)
    for change in plan.kept:
        print(f"tierwise: {change.path} is {change.status}; see `tierwise status`", file=sys.stderr)

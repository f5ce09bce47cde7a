"""git's post-checkout and post-merge hooks, for people who want no watcher: ``sync: on-checkout``.

Claude Code's SessionStart starts the same in the background.  Standard library until there is something to do:
hooks run without ``site``, so the work itself is another process's, one that has the dependencies.
Never fails: git has done its work already.
"""

import os
import sys

from tierwise import repo
from tierwise.domain import table
from tierwise.shown import neutralise
from tierwise.sync.stamp import review_if_in_sync

LIMIT = 60.0  # seconds; git waits for its hooks


def main(arguments: "list[str]") -> int:
    """Sync after a checkout or merge where the policy asks for it; one line where something was done.  Always 0."""
    try:
        root = repo.find_root()
        if root is None or not _is_asked_for(root):
            return 0
        if arguments[2:] == ["0"]:
            return 0  # post-checkout of single files
        if not _is_rebasing(root) and review_if_in_sync(root) is None:
            _update_elsewhere(root)
    except Exception as error:
        print(f"tierwise: not synced: {error}", file=sys.stderr)
    return 0


def _is_asked_for(root: str) -> bool:
    policy = table.load(root)
    return policy is not None and policy.get("sync") == "on-checkout"


def update(arguments: "list[str]") -> None:
    """Bring the generated files up to the policy; what was deleted or edited by hand stays, and is named.

    The one argument is the repository.
    """
    (root,) = arguments
    from tierwise.errors import TierwiseError
    from tierwise.policy.load import load_policy
    from tierwise.policy.warnings import describe_policy
    from tierwise.sync.options import SyncOptions
    from tierwise.sync.repository import sync
    from tierwise.sync.stamp import note_in_sync

    try:
        plan = sync(root, SyncOptions(repair=False))
        policy = load_policy(root).policy
    except (TierwiseError, OSError) as error:
        print(f"tierwise: not synced: {error}", file=sys.stderr)
        return
    if plan.writes:
        print(
            f"tierwise: synced {len(plan.writes)} files with the policy",
            file=sys.stderr,
        )
    for change in plan.kept:
        print(
            f"tierwise: {neutralise(change.path)} is {change.status}; see `tierwise status`",
            file=sys.stderr,
        )
    if not plan.kept:
        note_in_sync(root, *describe_policy(policy))


def _update_elsewhere(root: str) -> None:
    """Run :func:`update` in a process with the dependencies: this interpreter's, else that of `tierwise sync`."""
    import subprocess

    from tierwise.own_process import isolated_call
    from tierwise.processes import explain_failure
    from tierwise.user_launcher import usable_candidates

    noted = [python for python, _ in usable_candidates(os.environ)]
    said = "no Python with tierwise's dependencies was found; run `tierwise sync`"
    for python in dict.fromkeys([sys.executable, *noted]):
        call = isolated_call(
            python,
            "tierwise.sync.on_checkout",
            "update",
            [root],
        )
        try:
            done = subprocess.run(
                call,
                capture_output=True,
                timeout=LIMIT,
            )
        except FileNotFoundError:
            continue
        text = done.stderr.decode("utf-8", "replace")
        if done.returncode == 0:
            sys.stderr.write(text)
            return
        if "ModuleNotFoundError" not in text:
            said = explain_failure(done).splitlines()[-1]
    print(f"tierwise: not synced: {said}", file=sys.stderr)


def _is_rebasing(root: str) -> bool:
    """Return whether a rebase is under way: files that change under it would stop it."""
    folder = repo.git_folder(root)
    paths = [os.path.join(folder, name) for name in ("rebase-merge", "rebase-apply")]
    return any(map(os.path.isdir, paths))

"""What `tierwise install` itself has put into a work tree is no change that a gate holds against anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tierwise import repo
from tierwise.sync import local_settings

if TYPE_CHECKING:
    from tierwise.gates import ChangeSet
    from tierwise.git.snapshot import TreeChange

_STATE = f"{repo.FOLDER}/state.json"


def leave_out_installation(
    change: ChangeSet,
    root: str,
    folder: str,
) -> None:
    """Drop a first installation's files from ``change``: the new policy, and what stands as it generates it.

    ``root`` is the policy's folder, ``folder`` the way to it from git's top.  Where the base has a policy already,
    or where a generated file differs from what the policy says, nothing is dropped of that file.
    """
    top = ""
    if folder:
        top = f"{folder}/"
    inside = [entry for entry in change.changes if entry.path.startswith(top)]
    found = {entry.path.removeprefix(top): entry for entry in inside}
    policy = found.get(repo.POLICY)
    if policy is None or policy.before is not None:
        return
    left_out = {top + path for path in _list_installed(found, root)}
    change.changes[:] = [entry for entry in change.changes if entry.path not in left_out]


def _list_installed(
    found: Mapping[str, TreeChange],
    root: str,
) -> set[str]:
    """Return the paths of an installation among changes by path, which is that of a new policy."""
    wanted = _read_generated(root)
    installed = {repo.POLICY}
    for path, entry in found.items():
        if path in wanted and entry.after == wanted[path] and not entry.is_link:
            installed.add(path)
    local = found.get(local_settings.PATH)
    if local is not None and local_settings.is_our_change(root, local.before, local.after):
        installed.add(local_settings.PATH)
    if found.keys() & wanted.keys() <= installed:
        installed.add(_STATE)
    return installed


def _read_generated(root: str) -> dict[str, bytes]:
    """Return what the policy generates, by path; files of the user's that stay theirs are not among it."""
    if not repo.has_policy(root):
        return {}
    from tierwise.sync.repository import plan_sync

    changes = plan_sync(root).changes
    return {one.path: one.new for one in changes if one.new is not None and not one.is_users}

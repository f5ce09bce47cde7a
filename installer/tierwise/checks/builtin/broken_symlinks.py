"""Symbolic links that this change leaves pointing at nothing."""

from __future__ import annotations

import os

from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import (
    SYMLINK,
    Change,
    Finding,
    Snapshot,
    decode_path,
    encode_path,
    show_path,
)


def find_broken(
    snapshot: Snapshot,
    changes: list[Change],
    context: CheckContext,
) -> list[Finding]:
    """Return a finding for each link whose target the commit will not hold, and held before it.

    A link that is new or changed must resolve; an old one only where it did before this change.  A target
    outside the repository is looked up on the disk; one inside it must be in the commit itself.
    """
    changed = [change for change in changes if change.mode == SYMLINK]
    deleted = [change.path for change in snapshot.changes if change.status == "D"]
    old: list[Change] = []
    if deleted:
        old = _list_other_links(snapshot)
    if not changed and not old:
        return []
    paths = {path for _, _, path in snapshot.entries()}
    added = {change.path for change in snapshot.changes if change.status == "A"}
    present = _with_folders(paths)
    before = _with_folders((paths - added) | set(deleted))
    known = {link.path for link in old}
    findings = []
    root = snapshot.root
    for link, content in snapshot.contents([*changed, *old]):
        target = decode_path(content)
        if _resolves_in_commit(root, link.path, target, present):
            continue
        is_old = link.path in known
        if is_old and not _resolves_in_commit(root, link.path, target, before):
            continue
        message = f"points to {show_path(target)}, which the commit does not hold"
        findings.append(Finding(link.path, message))
    return findings


def _list_other_links(snapshot: Snapshot) -> list[Change]:
    """Return the links that this change leaves as they are."""
    changed = {change.path for change in snapshot.changes}
    return [
        Change(path, "M", mode, sha, mode, sha)
        for mode, sha, path in snapshot.entries()
        if mode == SYMLINK and path not in changed
    ]


def _with_folders(paths: set[str]) -> set[str]:
    """Return the paths and every folder above one."""
    present = {""}
    for path in paths:
        while path not in present:
            present.add(path)
            path = path.rpartition("/")[0]
    return present


def _resolves_in_commit(
    root: str,
    path: str,
    target: str,
    present: set[str],
) -> bool:
    if target.startswith("/"):
        return os.path.exists(encode_path(target))
    joined = os.path.join(os.path.dirname(path), target)
    place = os.path.normpath(joined)
    if place == ".." or place.startswith("../"):
        on_disk = os.path.join(encode_path(root), encode_path(place))
        return os.path.exists(on_disk)
    if place == ".":
        return True
    if place == path:
        return False
    # A path through a submodule or another link is not ours to follow: the nearest known folder decides.
    return place in present or _is_behind_link_or_module(place, present, root)


def _is_behind_link_or_module(
    place: str,
    present: set[str],
    root: str,
) -> bool:
    above = place.rpartition("/")[0]
    while above and above not in present:
        above = above.rpartition("/")[0]
    if not above:
        return False
    on_disk = os.path.join(encode_path(root), encode_path(above))
    is_module = os.path.exists(os.path.join(on_disk, b".git"))
    return is_module or os.path.islink(on_disk)


CHECK = TreeCheck(
    name="broken-symlinks",
    meaning="symbolic links to nothing",
    fix="`git add` the target, or `git rm` the link",
    find=find_broken,
)

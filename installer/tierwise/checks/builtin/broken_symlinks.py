"""Symbolic links that this change leaves pointing at nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.domain.change import (
    SYMLINK,
    Change,
    Finding,
    Snapshot,
    add_folders,
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
    deleted = _list_paths(snapshot, "D")
    old: list[Change] = []
    if deleted:
        old = _list_other_links(snapshot)
    if not changed and not old:
        return []
    paths = {path for _, _, path in snapshot.entries()}
    present = add_folders(paths)
    before = add_folders((paths - _list_paths(snapshot, "A")) | deleted)
    broken = list(_list_unresolved(snapshot, changed, present))
    for link, target in _list_unresolved(snapshot, old, present):
        if _resolves_in_commit(snapshot.root, link.path, target, before):
            broken.append((link, target))
    return [
        Finding(link.path, f"points to {show_path(target)}, which the commit does not hold")
        for link, target in broken
    ]


def _list_unresolved(
    snapshot: Snapshot,
    links: list[Change],
    present: set[str],
) -> Iterator[tuple[Change, str]]:
    """Yield each link whose target is not there, and the target."""
    for link, content in snapshot.contents(links):
        target = decode_path(content)
        if not _resolves_in_commit(snapshot.root, link.path, target, present):
            yield link, target


def _list_paths(snapshot: Snapshot, status: str) -> set[str]:
    """Return the paths that a change has added (A) or deleted (D)."""
    return {change.path for change in snapshot.changes if change.status == status}


def _list_other_links(snapshot: Snapshot) -> list[Change]:
    """Return the links that this change leaves as they are."""
    changed = {change.path for change in snapshot.changes}
    return [
        Change(path, "M", mode, sha, mode, sha)
        for mode, sha, path in snapshot.entries()
        if mode == SYMLINK and path not in changed
    ]


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
        return os.path.exists(_find_on_disk(root, place))
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
    above = os.path.dirname(place)
    while above and above not in present:
        above = os.path.dirname(above)
    if not above:
        return False
    on_disk = _find_on_disk(root, above)
    is_module = os.path.exists(os.path.join(on_disk, b".git"))
    return is_module or os.path.islink(on_disk)


def _find_on_disk(root: str, place: str) -> bytes:
    return os.path.join(encode_path(root), encode_path(place))


CHECK = TreeCheck(
    name="broken-symlinks",
    meaning="symbolic links to nothing",
    fix="`git add` the target, or `git rm` the link",
    find=find_broken,
)

"""Symbolic links that point at nothing in the commit."""

import os

from tierwise.domain.change import SYMLINK, Change, Finding, Snapshot, decode, encode, show


def check(
    snapshot: Snapshot, changes: "list[Change]", settings: "dict[str, object]"
) -> "list[Finding]":
    """A finding for each link whose target the commit will not hold.

    Links that are new or changed are looked at, and every link when something was deleted.  A target outside
    the repository is looked up on the disk; one inside it must be in the commit itself.
    """
    links = [change for change in changes if change.mode == SYMLINK]
    if any(change.status == "D" for change in changes):
        known = {change.path for change in links}
        links += [
            Change(path, "M", mode, sha, mode, sha)
            for mode, sha, path in snapshot.entries()
            if mode == SYMLINK and path not in known
        ]
    if not links:
        return []
    present = _everything(snapshot)
    findings = []
    for link, content in snapshot.contents(links):
        target = decode(content)
        if not _resolves(snapshot.root, link.path, target, present):
            findings.append(
                Finding(link.path, f"points to {show(target)}, which the commit does not hold")
            )
    return findings


def _everything(snapshot: Snapshot) -> "set[str]":
    """Every path of the snapshot and every folder above one."""
    present = {""}
    for _, _, path in snapshot.entries():
        while path not in present:
            present.add(path)
            path = path.rpartition("/")[0]
    return present


def _resolves(root: str, path: str, target: str, present: "set[str]") -> bool:
    if target.startswith("/"):
        return os.path.exists(encode(target))
    place = os.path.normpath(os.path.join(os.path.dirname(path), target))
    if place == ".." or place.startswith("../"):
        return os.path.exists(os.path.join(encode(root), encode(place)))
    place = "" if place == "." else place
    # A path through a submodule or another link is not ours to follow: the nearest known folder decides.
    return place != path and (place in present or _behind_link_or_module(place, present, root))


def _behind_link_or_module(place: str, present: "set[str]", root: str) -> bool:
    above = place.rpartition("/")[0]
    while above and above not in present:
        above = above.rpartition("/")[0]
    if not above:
        return False
    on_disk = os.path.join(encode(root), encode(above))
    return os.path.islink(on_disk) or os.path.exists(os.path.join(on_disk, b".git"))

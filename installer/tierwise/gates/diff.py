"""Gates on the shape of the change: there is one, and it stays where it may be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial

from tierwise.gates.model import Gate, Tree, Verdict
from tierwise.globs import any_matches, matches


def diff_gate() -> Gate:
    """Something changed, or there is an answer."""
    return Gate("diff", _not_empty)


def paths_gate(permitted: Iterable[str], protected: Iterable[str]) -> Gate:
    """Only ``permitted`` globs were touched (empty: all are), none of the ``protected``, and no link leads out."""
    return Gate("paths", partial(_permitted, tuple(permitted), tuple(protected)))


def _not_empty(tree: Tree, seconds: float) -> Verdict:
    if tree.answer is not None:
        return Verdict(
            bool(tree.answer.strip()), "" if tree.answer.strip() else "the answer is empty"
        )
    if not tree.changes:
        return Verdict(False, "nothing was changed")
    return Verdict(True, f"{len(tree.changes)} files changed")


def _permitted(
    permitted: tuple[str, ...], protected: tuple[str, ...], tree: Tree, seconds: float
) -> Verdict:
    faults = []
    for change in tree.changes:
        for path in {change.path, change.old_path} - {""}:
            # The policy's globs are written from its own folder; what guards that folder guards the top as well.
            own = os.path.relpath(path, tree.folder) if tree.folder else path
            guard = next(
                (glob for glob in protected if matches(own, glob) or matches(path, glob)), None
            )
            if guard is not None:
                faults.append(f"{path}: protected by {guard}")
            elif permitted and not any_matches(own, permitted):
                faults.append(f"{path}: not among the permitted paths")
        target = (change.after or b"").decode("utf-8", "surrogateescape") if change.is_link else ""
        if target.startswith("/") or ".." in target.split("/"):
            faults.append(f"{change.path}: a symbolic link to {target}")
    return Verdict(not faults, "\n".join(sorted(faults)))

"""The gate ``paths``: the change stays where it may be."""

from __future__ import annotations

import os

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate
from tierwise.git.snapshot import TreeChange
from tierwise.globs import any_matches, matches_glob


@gate("paths", inspects="change", survives_cli_gates=True, restart_on_failure=True)
def check_paths(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when only permitted paths were touched, no protected one, and no new link leads out."""
    faults = []
    for entry in change.changes:
        for path in {entry.path, entry.old_path} - {""}:
            faults += _explain_refusal(
                path,
                change.folder,
                config,
            )
        if entry.is_link:
            faults += _explain_link(entry)
    return Verdict(not faults, "\n".join(sorted(faults)))


def _explain_refusal(
    path: str,
    folder: str,
    config: GateConfig,
) -> list[str]:
    # The policy's globs are written from its own folder; what protects that folder protects the top as well.
    own = os.path.relpath(path, folder) if folder else path
    for glob in config.protected_paths:
        if matches_glob(own, glob) or matches_glob(path, glob):
            return [f"{path}: protected by {glob}"]
    if config.permitted_paths and not any_matches(own, config.permitted_paths):
        return [f"{path}: not among the permitted paths"]
    return []


def _explain_link(entry: TreeChange) -> list[str]:
    target = (entry.after or b"").decode(
        "utf-8",
        "surrogateescape",
    )
    if target.startswith("/") or ".." in target.split("/"):
        return [f"{entry.path}: a symbolic link to {target}"]
    return []

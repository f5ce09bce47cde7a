"""The gate ``size``: a change that somebody can still review."""

from __future__ import annotations

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate
from tierwise.git.snapshot import git_text


@gate("size", inspects="change", survives_cli_gates=True)
def check_size(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when the change adds at most ``gates.max_added_lines`` lines."""
    limit = config.max_added_lines
    if limit is None:
        return Verdict(
            False,
            "gates.max_added_lines sets no limit",
            ran=False,
        )
    listed = git_text(
        change.root, "diff", "--numstat", change.base_tree, change.tree, env=change.git
    )
    counts = [line.split("\t", 1)[0] for line in listed.splitlines()]
    added = sum(int(count) for count in counts if count.isdigit())
    return Verdict(
        added <= limit,
        f"{added} lines added, at most {limit} are allowed",
    )

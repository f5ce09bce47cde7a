"""The gate ``diff``: there is a result at all."""

from __future__ import annotations

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate


@gate("diff", inspects="either", survives_cli_gates=True)
def check_diff(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when something changed, or there is an answer."""
    if change.answer is not None:
        if change.answer.strip():
            return Verdict(True)
        return Verdict(False, "the answer is empty")
    if not change.changes:
        return Verdict(False, "nothing was changed")
    return Verdict(True, f"{len(change.changes)} files changed")

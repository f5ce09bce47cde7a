"""The gate ``commit-message``: an answer that is to be a commit message passes the project's own check of them."""

from __future__ import annotations

from tierwise.commits.message import check
from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate


@gate("commit-message", inspects="answer", survives_cli_gates=True, verifies=True)
def check_commit_message(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when ``checks.commit`` finds nothing wrong with the answer."""
    if change.answer is None:
        return Verdict(
            False,
            "there is no answer to check, only changed files",
        )
    found = check(
        change.answer.strip() + "\n",
        dict(config.commit),
    )
    faults = [str(fault.as_dict()["message"]) for fault in found.faults]
    return Verdict(not faults, "\n".join(faults))

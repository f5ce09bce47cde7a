"""The gate ``commit-message``: an answer that is to be a commit message passes the project's own check of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tierwise.commits.message import check
from tierwise.gates.model import Gate, Tree, Verdict


def commit_message_gate(settings: Mapping[str, Any]) -> Gate:
    """``settings`` is the policy's ``checks.commit``."""

    def judge(tree: Tree, seconds: float) -> Verdict:
        if tree.answer is None:
            return Verdict(False, "there is no answer to check, only changed files")
        found = check(tree.answer.strip() + "\n", dict(settings))
        return Verdict(
            not found.faults, "\n".join(str(fault.as_dict()["message"]) for fault in found.faults)
        )

    return Gate("commit-message", judge)

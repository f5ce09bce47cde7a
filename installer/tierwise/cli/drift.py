"""What the commands hand to the checks: generated files against the policy, as the sync package sees it."""

from __future__ import annotations


def find_drift(root: str) -> list[tuple[str, str]]:
    """Return (path, what is wrong) of every generated file that is not as the policy says."""
    from tierwise.sync.stamp import review_if_in_sync

    if review_if_in_sync(root) is not None:
        return []
    from tierwise.sync.change import WORDS
    from tierwise.sync.repository import plan_sync

    drift = []
    for change in plan_sync(root).drift:
        usual, _ = WORDS[change.status]
        drift.append((change.path, change.reason or usual))
    return drift

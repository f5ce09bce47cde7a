"""The date on which the policy wants to be looked at again (``review:`` in tierwise.yaml)."""

from tierwise.domain.change import Finding
from tierwise.repo import POLICY


def check(root: str, settings: "dict[str, object]") -> "list[Finding]":
    """A finding from the day after the date on."""
    from datetime import date

    due = settings.get("review")
    if not isinstance(due, str) or date.today() <= date.fromisoformat(due):
        return []
    return [Finding(POLICY, f"the policy was to be reviewed by {due}")]

"""The date on which the policy wants to be looked at again (``review:`` in tierwise.yaml)."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ProjectCheck
from tierwise.domain.change import Finding
from tierwise.domain.check_names import PREFLIGHT
from tierwise.repo import POLICY


def find_overdue(context: CheckContext) -> list[Finding]:
    """Return a finding from the day after the date on."""
    from datetime import date

    due = context.review_date
    if not due or date.today() <= date.fromisoformat(due):
        return []
    return [Finding(POLICY, f"the policy was to be reviewed by {due}")]


CHECK = ProjectCheck(
    name="review-date",
    meaning="the policy's review date has passed",
    fix="look at `tierwise learn` and `tierwise report`, then set `review:` in tierwise.yaml to the next date",
    find=find_overdue,
    stages=(PREFLIGHT,),
)

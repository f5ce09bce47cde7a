"""The date on which the policy wants to be looked at again (``review:`` in tierwise.yaml)."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ProjectCheck
from tierwise.domain.change import Finding
from tierwise.domain.check_names import PREFLIGHT, REVIEW_DATE
from tierwise.domain.review import is_review_due
from tierwise.repo import POLICY


def find_overdue(context: CheckContext) -> list[Finding]:
    """Return a finding from the day after the date on."""
    due = context.review_date
    if not is_review_due(due):
        return []
    return [Finding(POLICY, f"the policy was to be reviewed by {due}")]


CHECK = ProjectCheck(
    name=REVIEW_DATE,
    meaning="the policy's review date has passed",
    fix="look at `tierwise learn` and `tierwise report`, then set `review:` in tierwise.yaml to the next date",
    find=find_overdue,
    stages=(PREFLIGHT,),
)

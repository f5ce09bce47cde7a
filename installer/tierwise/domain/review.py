"""The day on which a policy wants to be looked at again.  Standard library only."""

import time


def is_review_due(review: "str | None") -> bool:
    """Return whether the day ``review``, YYYY-MM-DD, has passed here; without one it never is."""
    if not review:
        return False
    return review < time.strftime("%Y-%m-%d")

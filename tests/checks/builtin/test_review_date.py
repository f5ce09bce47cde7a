"""The date by which the policy is to be reviewed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from tests.support.hooked import hooked, policy, tierwise

from tierwise.checks.builtin import review_date
from tierwise.checks.model import CheckContext


def test_the_review_date_counts_from_the_day_after() -> None:
    today = datetime.date.today()
    assert review_date.find_overdue(CheckContext(review_date=today.isoformat())) == []
    yesterday = today - datetime.timedelta(days=1)
    assert len(review_date.find_overdue(CheckContext(review_date=yesterday.isoformat()))) == 1
    assert review_date.find_overdue(CheckContext()) == []


@pytest.mark.slow
def test_the_policys_review_date_reaches_preflight(tmp_path: Path) -> None:
    root = hooked(tmp_path / "repository")
    policy(root, "review: 2020-01-01\nchecks:\n  builtin: {drift: false}\n")
    done = tierwise(root, "preflight")
    assert done.returncode == 1
    assert b"reviewed by 2020-01-01" in done.stdout

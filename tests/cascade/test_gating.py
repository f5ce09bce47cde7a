"""What a run keeps back for the models that its gates ask."""

from __future__ import annotations

import pytest

from tierwise.cascade.gating import sum_reserve


@pytest.mark.parametrize(
    ("names", "usd"),
    [
        (["tests", "tests-intact"], 0.0),
        (["tests", "judge"], 0.05),
        (["tests", "plan-test"], 0.05),
        (["tests", "second-test"], 0.15),  # what fails is put to the judge
        (["tests", "judge", "second-test"], 0.15),
    ],
)
def test_the_second_author_and_the_judge_are_kept_money_for(names: list[str], usd: float) -> None:
    policy = {"judge": {"max_usd": 0.05}, "second_test": {"tier": "light", "max_usd": 0.1}}
    assert sum_reserve(names, policy) == pytest.approx(usd)

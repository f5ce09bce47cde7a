"""What the best tier in hindsight would have spared."""

from __future__ import annotations

import random

import pytest
from tests.support.counting import count_calls

from tierwise.learning.outcomes import Outcome
from tierwise.learning.recommend import HumanCost
from tierwise.learning.regret import judge_hindsight
from tierwise.learning.signs import TELLING, Sign

HUMAN = HumanCost(minutes_per_failure=6, hour_usd=100)  # $10 a failure


def record(tier: str, tasks: int, failed: int, cost: float, kind: str = "docs") -> list[Outcome]:
    found = []
    for number in range(tasks):
        name = f"{kind}{tier}{number}"
        outcome = Outcome(name, "s", "", tier, kind, "", "", "", cost=cost)
        outcome.signs.append(Sign("gate", number < failed, TELLING))
        found.append(outcome)
    return found


def test_failures_count_with_a_person_s_time() -> None:
    # light: $0.10 + 20 % of $10; mid: $0.50.
    found = judge_hindsight([*record("light", 20, 4, 0.1), *record("mid", 20, 0, 0.5)], HUMAN, ())
    assert found.regret_usd == pytest.approx((2.1 - 0.5) / 2)
    assert found.regret is not None
    assert found.regret.low < 0.8 < found.regret.high
    assert found.efficiency == pytest.approx(36 / 40)
    assert "regret $0.80 a decision" in found.describe()


def test_where_one_tier_only_was_tried_regret_is_unknown() -> None:
    found = judge_hindsight([*record("light", 50, 2, 0.1), *record("mid", 3, 0, 0.5)], HUMAN, ())
    assert (found.regret_usd, found.compared) == (None, 0)
    assert "regret unknown" in found.describe()


def test_protected_kinds_have_no_choice_and_no_regret() -> None:
    both = [*record("light", 20, 4, 0.1), *record("mid", 20, 0, 0.5)]
    assert judge_hindsight(both, HUMAN, ("docs",)).regret_usd is None


def test_nothing_judged_says_nothing() -> None:
    outcome = Outcome("a", "s", "", "light", "docs", "", "", "")
    assert judge_hindsight([outcome], HUMAN, ()).describe() == ""


@pytest.mark.slow
def test_the_interval_holds_the_true_regret() -> None:
    # light fails 20 % ($2.10 in all), mid 5 % ($1.00): half of the work is $1.10 above the best.
    covered = 0
    for seed in range(100):
        chance = random.Random(seed)
        light = sum(chance.random() < 0.20 for _ in range(200))
        mid = sum(chance.random() < 0.05 for _ in range(200))
        known = [*record("light", 200, light, 0.1), *record("mid", 200, mid, 0.5)]
        interval = judge_hindsight(known, HUMAN, ()).regret
        assert interval is not None
        covered += interval.low <= 0.55 <= interval.high
    assert covered >= 90


def test_a_trial_of_an_experiment_was_routed_by_nobody() -> None:
    routed = record("mid", 20, 0, 0.5)
    trials = record("light", 20, 20, 0.1)
    for trial in trials:
        trial.is_trial = True
    found = judge_hindsight([*routed, *trials], HUMAN, ())
    assert (found.judged, found.efficiency, found.compared) == (20, 1.0, 0)


def draw_outcomes(count: int) -> list[Outcome]:
    """So many trusted outcomes of one kind on two tiers, their costs drawn by chance."""
    chance = random.Random(7)
    many = []
    for number in range(count):
        tier = chance.choice(["light", "mid"])
        outcome = Outcome(str(number), "s", "", tier, "docs", "", "", "")
        outcome.cost = chance.random() + 0.2 * (tier == "mid")
        outcome.signs.append(Sign("gate", False, TELLING))
        many.append(outcome)
    return many


@pytest.mark.slow
def test_twice_the_outcomes_are_no_more_than_twice_the_work() -> None:
    few, many = draw_outcomes(10_000), draw_outcomes(20_000)
    calls = count_calls(lambda: judge_hindsight(few, HUMAN, ()))
    assert count_calls(lambda: judge_hindsight(many, HUMAN, ())) < 2.2 * calls


@pytest.mark.slow
def test_many_outcomes_give_an_interval_that_few_drawn_ones_agree_with() -> None:
    found = judge_hindsight(draw_outcomes(30_000), HUMAN, ())
    assert found.regret is not None
    assert found.regret.low < 0.1 < found.regret.high
    assert found.regret.high - found.regret.low == pytest.approx(4 * 0.5 * 0.0033, rel=0.4)

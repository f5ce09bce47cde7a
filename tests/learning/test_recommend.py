"""Down when certified, up soon when it does not pay, otherwise nothing and why."""

from __future__ import annotations

from tierwise.learning.evidence import Count
from tierwise.learning.recommend import HumanCost, Recommendation, RouteHistory, recommend_route
from tierwise.learning.shrinkage import Prior, find_failure_excess
from tierwise.learning.summary import OutcomeGroup

LADDER = ["light", "mid", "frontier"]
HUMAN = HumanCost(minutes_per_failure=30, hour_usd=200)


def group(failures: int, judged: int, cost: float = 0.1) -> OutcomeGroup:
    return OutcomeGroup(judged - failures, failures, 0, cost * judged, judged)


def recommend(present: str, protected: bool = False, **groups: OutcomeGroup) -> Recommendation:
    return recommend_route(RouteHistory("docs", present, protected, groups), LADDER, HUMAN)


def test_fifty_nine_clean_tasks_on_the_tier_below_bring_the_kind_down() -> None:
    answer = recommend("mid", light=group(0, 59), mid=group(0, 10))
    assert (answer.direction, answer.proposed) == ("down", "light")


def test_fewer_are_not_enough_and_it_says_how_many_are_missing() -> None:
    answer = recommend("mid", light=group(0, 40), mid=group(0, 10))
    assert answer.direction == "none"
    assert "19 more without a failure" in answer.reason


def test_without_a_trial_on_the_tier_below_nothing_is_known() -> None:
    answer = recommend("mid", mid=group(0, 500))
    assert answer.direction == "none"
    assert "0 judged tasks on light" in answer.reason


def test_protected_kinds_never_come_down() -> None:
    answer = recommend("frontier", protected=True, mid=group(0, 500))
    assert (answer.direction, answer.proposed) == ("none", "frontier")


def test_a_saving_of_five_dollars_that_costs_half_an_hour_loses() -> None:
    answer = recommend("light", light=group(5, 12, 0.10), mid=group(0, 12, 5.10))
    assert (answer.direction, answer.proposed) == ("up", "mid")


def test_a_failure_now_and_then_is_no_reason_to_go_up() -> None:
    answer = recommend("light", light=group(1, 100, 0.10), mid=group(0, 100, 5.10))
    assert answer.direction == "none"


def test_one_bad_day_is_no_policy() -> None:
    assert recommend("light", light=group(3, 4, 0.01), mid=group(0, 4, 0.02)).direction == "none"


def test_the_top_has_nothing_above_it() -> None:
    assert recommend("frontier", frontier=group(20, 20)).direction == "none"


def test_a_tier_that_is_plainly_worse_needs_no_more_trials() -> None:
    answer = recommend("mid", light=group(45, 50), mid=group(0, 60))
    assert (answer.direction, answer.is_settled) == ("none", True)
    assert "fails more often than mid" in answer.reason


def test_too_little_is_not_settled() -> None:
    assert not recommend("mid", light=group(0, 5), mid=group(0, 60)).is_settled


def test_a_tier_on_which_most_work_fails_is_left_though_no_cost_is_known() -> None:
    unpriced = OutcomeGroup(successes=1, failures=13)
    answer = recommend("light", light=unpriced)
    assert (answer.direction, answer.proposed) == ("up", "mid")
    assert "done twice" in answer.reason


def test_what_other_kinds_tell_of_the_tier_counts_where_a_kind_has_few_outcomes() -> None:
    few = Count(2, 8)
    by_preset = find_failure_excess(few, Count(0, 0), 0.1)
    reliable = Prior(mean=0.98, strength=60)
    assert find_failure_excess(few, Count(0, 0), 0.1, reliable, reliable) < by_preset


def test_where_a_failure_costs_nobody_anything_none_is_too_expensive() -> None:
    history = RouteHistory("docs", "light", False, {"light": group(4, 12), "mid": group(0, 12)})
    free = HumanCost(minutes_per_failure=0)
    assert recommend_route(history, LADDER, free).direction == "none"

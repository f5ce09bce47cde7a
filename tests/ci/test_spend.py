"""What a pull request has spent, from the ledger's rows, and what a call may still spend."""

from __future__ import annotations

import math

import pytest

from tierwise.ci.spend import (
    BEFORE,
    COST,
    HOLD,
    Spend,
    SpendLimits,
    SpendRefusedError,
    describe_spend,
    find_allowance,
    find_pull_request,
    read_limits,
    read_spend,
)
from tierwise.domain.ledger_rows import RawRow

LIMITS = SpendLimits(per_run=2.0, per_pull_request=5.0)


def before(usd: object, pull_request: str = "7", **more: object) -> RawRow:
    return {"row": BEFORE, "pull_request": pull_request, "usd": usd, **more}


def hold(name: str, limit: object, pull_request: str = "7") -> RawRow:
    row = {"row": HOLD, "pull_request": pull_request, "hold": name, "name": name}
    return {**row, "limit_usd": limit}


def cost(name: str, usd: object, pull_request: str = "7") -> RawRow:
    return {"row": COST, "pull_request": pull_request, "hold": name, "usd": usd}


@pytest.mark.parametrize(
    ("environ", "number"),
    [
        ({"GITHUB_REF": "refs/pull/12/merge"}, "12"),
        ({"GITHUB_REF": "refs/heads/main"}, ""),
        ({"CI_MERGE_REQUEST_IID": "3"}, "3"),
        ({"TIERWISE_PULL_REQUEST": "4", "GITHUB_REF": "refs/heads/main"}, "4"),
        ({}, ""),
    ],
)
def test_the_pull_request_is_what_the_pipeline_names(environ: dict[str, str], number: str) -> None:
    assert find_pull_request(environ) == number


def test_what_was_settled_counts_as_it_cost_and_what_is_held_in_full() -> None:
    rows = [before(1.0), hold("a", 2.0), cost("a", 0.25), hold("b", 2.0)]
    assert read_spend(rows, "7").usd == 3.25
    assert read_spend(rows, "8").usd == 0.0


def test_what_earlier_jobs_spent_holds_from_where_it_was_last_said() -> None:
    """On a runner that keeps its folder the ledger has the rows of earlier jobs, too."""
    rows = [before(0.0), hold("a", 2.0), cost("a", 0.25), before(0.25), hold("b", 1.0)]
    assert read_spend(rows, "7").usd == 1.25


@pytest.mark.parametrize("limits", [LIMITS, SpendLimits(per_pull_request=5.0)])
def test_a_call_may_spend_what_is_left_of_the_smallest_limit(limits: SpendLimits) -> None:
    spend = read_spend([before(4.5)], "7")
    assert find_allowance(limits, spend, 9.0) == 0.5
    assert find_allowance(limits, spend, 0.25) == 0.25


def test_without_a_pull_request_only_the_runs_own_limit_holds() -> None:
    assert find_allowance(LIMITS, Spend(""), 9.0) == 2.0
    assert find_allowance(SpendLimits(), Spend("7"), 9.0) == 9.0


def test_a_used_up_budget_refuses() -> None:
    with pytest.raises(SpendRefusedError, match=r"has spent \$5\.0000 of \$5\.00"):
        find_allowance(LIMITS, read_spend([before(3.0), hold("a", 2.0)], "7"), 1.0)


@pytest.mark.parametrize("usd", [None, "1", -1, math.nan, math.inf, True, 10**400])
def test_an_earlier_sum_that_nobody_said_is_not_zero(usd: object) -> None:
    for rows in ([], [before(usd)]):
        with pytest.raises(SpendRefusedError, match="nobody said what the earlier jobs"):
            find_allowance(LIMITS, read_spend(rows, "7"), 1.0)


def test_a_cost_that_nobody_knows_refuses_and_is_named() -> None:
    here = read_spend([before(0.0), hold("a", 1.0), cost("a", None)], "7")
    earlier = read_spend([before(0.5, unknown=["a"])], "7")
    for spend in (here, earlier):
        assert spend.unknown == ["a"]
        with pytest.raises(SpendRefusedError, match="what a of pull request 7 cost is not known"):
            find_allowance(LIMITS, spend, 1.0)
        assert "the cost of a is not known" in describe_spend(LIMITS, spend)


def test_a_held_call_whose_limit_is_damaged_is_of_unknown_cost() -> None:
    assert read_spend([before(0.0), hold("a", "much")], "7").unknown == ["a"]
    assert read_spend([before(0.0), hold("a", "much"), cost("a", 0.5)], "7").usd == 0.5


def test_a_line_says_what_is_left() -> None:
    spend = read_spend([before(0.0), hold("a", 1.0), cost("a", 0.5)], "7")
    assert describe_spend(LIMITS, spend) == "Pull request 7: $0.5000 spent of $5.00, $4.5000 left"
    assert describe_spend(SpendLimits(), Spend("")) == "This pipeline: $0.0000 spent"
    assert "what earlier jobs spent is not known" in describe_spend(LIMITS, Spend("7"))


@pytest.mark.parametrize("section", [None, {}, {"routes": {}}, {"budget": {"per_run": "much"}}])
def test_a_table_without_limits_has_none(section: object) -> None:
    assert not read_limits({"ci": section}).are_set

"""What the cascade cost and saved, from attempt rows."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.report.cascade import summarize


def attempt(run: str, tier: str, accepted: bool, usd: float, kind: str = "docs") -> dict[str, Any]:
    return {
        "row": "attempt",
        "run": run,
        "tier": tier,
        "accepted": accepted,
        "cost_usd": usd,
        "kind": kind,
    }


ROWS = [
    attempt("a", "light", True, 0.01),
    attempt("b", "light", False, 0.01),
    attempt("b", "light", False, 0.01),
    attempt("b", "frontier", True, 0.5),
    {"row": "run", "run": "a", "cost_usd": 9.0},
]


def test_cost_per_accepted_result_counts_the_failures_too() -> None:
    found = summarize(ROWS, "frontier")
    assert (found.total.runs, found.total.attempts, found.total.accepted) == (2, 4, 2)
    assert found.total.usd_per_accepted == pytest.approx(0.265)
    assert found.by_tier["light"].acceptance == 0.5
    assert found.by_kind["docs"].accepted == 2


def test_without_runs_that_began_on_top_there_is_no_baseline() -> None:
    assert summarize(ROWS, "frontier").saved_usd is None


def test_against_always_top_the_same_kinds_mean_counts() -> None:
    on_top = [attempt(f"t{number}", "frontier", True, 0.4) for number in range(5)]
    found = summarize([*ROWS, *on_top], "frontier")
    assert found.always_top_usd == pytest.approx(7 * 0.4)
    assert found.saved_usd == pytest.approx(2 * 0.4 - 0.53)


def test_a_cascade_can_lose_and_says_so() -> None:
    on_top = [attempt(f"t{number}", "frontier", True, 0.1) for number in range(5)]
    saved = summarize([*ROWS, *on_top], "frontier").saved_usd
    assert saved is not None and saved < 0


def test_what_plans_cost_is_part_of_what_results_cost() -> None:
    """Also of a run that had no attempt after its plan."""
    plans = [
        {"row": "plan", "run": "a", "kind": "docs", "tier": "frontier", "cost_usd": 0.1},
        {"row": "plan", "run": "c", "kind": "tests", "tier": "frontier", "cost_usd": 0.2},
    ]
    found = summarize([*ROWS, *plans], "frontier")
    assert found.total.usd == pytest.approx(0.53 + 0.3)
    assert found.total.usd_per_accepted == pytest.approx(0.83 / 2)
    assert found.by_kind["docs"].usd == pytest.approx(0.63)
    assert found.by_tier["frontier"].usd == pytest.approx(0.5)


def test_a_plan_makes_a_run_more_expensive_against_always_top() -> None:
    on_top = [attempt(f"t{number}", "frontier", True, 0.4) for number in range(5)]
    plan = {"row": "plan", "run": "a", "kind": "docs", "tier": "frontier", "cost_usd": 0.1}
    found = summarize([*ROWS, *on_top, plan], "frontier")
    assert found.saved_usd == pytest.approx(2 * 0.4 - 0.63)

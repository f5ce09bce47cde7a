"""The ladder: which rungs pay on the user's own ledger, and which are too small."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.cascade.ladder import (
    FAILED_TASKS_COST,
    Experience,
    pays,
    plan_ladder,
    read_experience,
)

TIERS = ["light", "mid", "frontier"]


def known(runs: int, failed: int, usd: float) -> Experience:
    return Experience(runs, failed, usd, fresh=(runs, usd))


def attempt(run: str, tier: str, accepted: bool, usd: float, **more: Any) -> dict[str, Any]:
    return {
        "row": "attempt",
        "run": run,
        "tier": tier,
        "accepted": accepted,
        "cost_usd": usd,
        "stop": "done",
        **more,
    }


@pytest.mark.parametrize(
    ("ratio", "fails", "worth_it"),
    # Routing economics: break-even between 0.45 and 0.60 at the failure shares of those data; saving 40 % needs 0.15.
    [
        (0.44, 0.30, True),
        (0.44, 0.45, False),
        (0.13, 0.45, True),
        (0.04, 0.60, True),
        (0.61, 0.30, False),
    ],
)
def test_a_cheap_tier_pays_under_the_break_even_ratio_only(
    ratio: float, fails: float, worth_it: bool
) -> None:
    assert pays(ratio, 1.0, fails * FAILED_TASKS_COST) is worth_it


def test_the_middle_tier_must_earn_its_place() -> None:
    # Sonnet cost 0.87 of Opus: the third rank made the ladder dearer than two.
    ladder = plan_ladder(
        TIERS,
        {"light": known(50, 15, 0.2), "mid": known(50, 20, 0.87), "frontier": known(50, 5, 1.0)},
        needed=20,
    )
    assert ladder.tiers == ("light", "frontier")
    assert "does not pay on your ledger" in ladder.skipped["mid"]


def test_a_middle_tier_that_pays_is_climbed() -> None:
    ladder = plan_ladder(
        TIERS,
        {"light": known(50, 15, 0.02), "mid": known(50, 10, 0.2), "frontier": known(50, 5, 1.0)},
        needed=20,
    )
    assert ladder.tiers == tuple(TIERS)
    assert not ladder.skipped and not ladder.notes


def test_too_little_data_skips_nothing_and_is_said() -> None:
    ladder = plan_ladder(TIERS, {"light": known(3, 3, 1.0)}, needed=20)
    assert ladder.tiers == tuple(TIERS)
    assert any(
        "too little data" in note and "light" in note and "3 of 20" in note for note in ladder.notes
    )


def test_a_tier_that_always_fails_is_skipped_though_the_top_was_hardly_needed() -> None:
    found = {"light": known(25, 25, 0.02), "mid": known(25, 0, 0.2), "frontier": known(1, 0, 1.0)}
    assert plan_ladder(TIERS, found, needed=20).tiers == ("mid", "frontier")
    assert (
        "fails 100% of 25 runs"
        in plan_ladder(TIERS, {"light": known(25, 25, 0.02)}, needed=20).skipped["light"]
    )


def test_a_tier_that_pays_against_the_next_alone_needs_no_data_of_the_top() -> None:
    found = {"light": known(25, 5, 0.02), "mid": known(25, 3, 0.2)}
    ladder = plan_ladder(TIERS, found, needed=20)
    assert ladder.tiers == tuple(TIERS)
    assert "mid (0 of 20 runs on frontier)" in ladder.notes[0] and "light" not in ladder.notes[0]


def test_what_the_ledger_lacks_is_named() -> None:
    found = {"light": known(25, 10, 0.15), "mid": known(25, 10, 0.2), "frontier": known(10, 0, 1.0)}
    assert "light (10 of 20 runs on frontier)" in plan_ladder(TIERS, found, needed=20).notes[0]


def test_the_policy_may_skip_middle_tiers_that_nothing_speaks_for() -> None:
    ladder = plan_ladder(TIERS, {}, needed=20, unproven="skip")
    assert ladder.tiers == ("light", "frontier")


def test_the_top_is_kept_whatever_the_ledger_says() -> None:
    assert plan_ladder(["frontier"], {"frontier": known(50, 50, 9.0)}, needed=20).tiers == (
        "frontier",
    )


def test_a_context_over_a_tiers_window_goes_straight_up() -> None:
    ladder = plan_ladder(
        TIERS,
        {},
        needed=20,
        windows={"light": 200_000, "mid": 200_000, "frontier": 1_000_000},
        context_tokens=300_000,
    )
    assert ladder.tiers == ("frontier",)
    assert "over its window (200000)" in ladder.skipped["light"]


def test_experience_is_counted_by_run_and_leaves_outages_out() -> None:
    rows = [
        attempt("a", "light", False, 0.1),
        attempt("a", "light", False, 0.1),
        attempt("a", "mid", True, 0.5),
        attempt("b", "light", True, 0.2),
        attempt("c", "light", False, 9.0, stop="unavailable"),
        {"row": "decision", "tier": "light"},
    ]
    found = read_experience(rows)
    assert (found["light"].runs, found["light"].failed) == (2, 1)
    assert found["light"].mean_usd == pytest.approx(0.2)
    assert found["mid"].inherited == (1, 0.5)


def test_experience_of_one_kind_does_not_hear_of_another() -> None:
    rows = [
        attempt("a", "light", True, 0.1, kind="docs"),
        attempt("b", "light", True, 0.3, kind="tests"),
    ]
    assert read_experience(rows, "docs")["light"].runs == 1

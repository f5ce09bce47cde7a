"""The cascade's figures from its attempts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.spending import HAIKU, OPUS, default_table, record, report_of

from tierwise.domain.ladder import ladder_of
from tierwise.pricing.prices import load_prices
from tierwise.report.attempts import Cascade, cost_run
from tierwise.report.cascade import summarize
from tierwise.report.text import render_screen


def attempt(
    run: str, tier: str, cost: float, accepted: bool = False, **fields: Any
) -> dict[str, Any]:
    model = {"light": HAIKU, "frontier": OPUS}[tier]
    row = {
        "row": "attempt",
        "run": run,
        "kind": "docs",
        "tier": tier,
        "model": model,
        "cost_usd": cost,
    }
    return row | {"accepted": accepted, "tokens": {"output_tokens": 100_000}} | fields


def cascade(*rows: dict[str, Any]) -> Cascade:
    return report_of([record()], rows).cascade


def test_acceptance_and_cost_are_counted_for_each_tier_and_kind() -> None:
    found = cascade(
        attempt("r1", "light", 0.05, True),
        attempt("r2", "light", 0.05),
        attempt("r2", "frontier", 2, True),
    )
    light = found.kinds["docs"].tiers["light"].as_json()
    assert (light["attempts"], light["accepted"], light["acceptance"]) == (2, 1, 0.5)
    assert light["cost_per_accepted_usd"] == 0.1
    assert (found.runs, found.accepted, found.cost) == (2, 2, Decimal("2.10"))


def test_a_plan_is_part_of_its_runs_cost() -> None:
    plan = {"row": "plan", "run": "r1", "kind": "docs", "tier": "frontier", "cost_usd": 0.25}
    found = cascade(attempt("r1", "light", 0.05, True), plan)
    assert found.cost == Decimal("0.30")
    assert found.saved.high == Decimal("1.70")
    assert found.kinds["docs"].tiers["light"].cost == Decimal("0.05")


def test_a_plan_without_an_attempt_was_paid_for_and_saves_nothing() -> None:
    plan = {"row": "plan", "run": "r2", "kind": "tests", "tier": "frontier", "cost_usd": 0.25}
    first = attempt("r1", "light", 0.05, True)
    alone, both = cascade(first), cascade(first, plan)
    assert both.cost == alone.cost + Decimal("0.25")
    assert (both.runs, both.saved) == (alone.runs, alone.saved)


def test_a_run_that_stayed_below_the_top_saved_what_its_tokens_would_have_cost_there() -> None:
    found = cascade(attempt("r1", "light", 0.05, True))
    assert found.saved.high == Decimal("1.95")
    assert 0 < found.saved.low < found.saved.high


def test_a_run_that_climbed_lost_what_it_spent_below() -> None:
    found = cascade(attempt("r1", "light", 0.5), attempt("r1", "frontier", 2, True))
    assert found.saved.low == found.saved.high == Decimal("-0.5")


def test_attempts_whose_calls_are_in_no_transcript_are_outside_the_total() -> None:
    found = cascade(attempt("r1", "light", 0.5, session="s1"), attempt("r2", "light", 0.25))
    assert found.outside == Decimal("0.25")


def test_the_session_of_an_attempt_has_its_kind_of_work() -> None:
    report = report_of([record()], [attempt("r1", "frontier", 0.02, True, session="s1")])
    assert [item.key for item in report.view("domain")] == ["docs"]


def test_runs_by_another_api_are_told_where_there_is_no_call_at_all() -> None:
    words = render_screen(report_of([], [attempt("r1", "light", 0.25, True)]), "tier")
    assert "No calls" in words
    assert "1 of 1 run accepted, $0.25" in words and "$0.25 of it in no transcript" in words


def test_runs_that_began_on_the_top_are_measured_and_everybody_says_the_same() -> None:
    on_top = [attempt(f"t{number}", "frontier", 0.4, True) for number in range(5)]
    below = [attempt(f"l{number}", "light", 0.05, True) for number in range(5)]
    rows = [*on_top, *below]
    found = cascade(*rows)
    assert found.saved.low == found.saved.high == Decimal("1.75")  # 10 * 0.40 - 5 * 0.40 - 5 * 0.05
    table, prices = default_table(), load_prices()
    ladder = ladder_of(table)
    figures = summarize(rows, ladder.top, lambda entries: cost_run(entries, ladder, prices))
    assert figures.saved == (1.75, 1.75) and figures.saved_usd == 1.75


def test_an_estimate_is_the_same_range_in_both_places() -> None:
    rows = [attempt("r1", "light", 0.05, True), attempt("r2", "light", 0.05, True)]
    found, ladder, prices = cascade(*rows), ladder_of(default_table()), load_prices()
    figures = summarize(rows, ladder.top, lambda entries: cost_run(entries, ladder, prices))
    assert figures.saved == (float(found.saved.low), float(found.saved.high))
    assert figures.saved_usd is None

"""What the cascade cost and saved, from attempt rows: in a report and in `runs --summary`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.spending import HAIKU, OPUS, default_table, record, report_of

from tierwise.domain.ladder import ladder_of
from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import load_prices
from tierwise.report.cascade import Cascade, read_cascade
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


def against_top(*rows: dict[str, Any]) -> dict[str, Any]:
    """What `runs --summary --json` says of these rows beside a start on the top tier."""
    found = read_cascade(rows, ladder_of(default_table()), load_prices())
    shown: dict[str, Any] = found.summarize()["against_always_top"]
    return shown


def test_acceptance_and_cost_are_counted_for_each_tier_and_kind() -> None:
    found = cascade(
        attempt("r1", "light", 0.05, True),
        attempt("r2", "light", 0.05),
        attempt("r2", "frontier", 2, True),
    )
    light = found.kinds["docs"].tiers["light"].describe_attempts()
    assert (light["attempts"], light["accepted"], light["acceptance"]) == (2, 1, 0.5)
    assert light["cost_per_accepted_usd"] == 0.1
    assert (found.total.runs, found.total.accepted, found.total.cost) == (2, 2, Decimal("2.10"))
    assert found.tiers["light"].acceptance == 0.5
    assert found.kinds["docs"].total.usd_per_accepted == 1.05


def test_a_plan_is_part_of_its_runs_cost() -> None:
    plan = {"row": "plan", "run": "r1", "kind": "docs", "tier": "frontier", "cost_usd": 0.25}
    found = cascade(attempt("r1", "light", 0.05, True), plan)
    assert found.total.cost == found.kinds["docs"].total.cost == Decimal("0.30")
    assert found.compared.saved.high == Decimal("1.70")
    assert found.kinds["docs"].tiers["light"].cost == Decimal("0.05")


def test_a_plan_without_an_attempt_was_paid_for_and_saves_nothing() -> None:
    plan = {"row": "plan", "run": "r2", "kind": "tests", "tier": "frontier", "cost_usd": 0.25}
    first = attempt("r1", "light", 0.05, True)
    alone, both = cascade(first), cascade(first, plan)
    assert both.total.cost == alone.total.cost + Decimal("0.25")
    assert both.total.runs == alone.total.runs
    assert both.compared.saved == alone.compared.saved


def test_a_run_that_stayed_below_the_top_saved_what_its_tokens_would_have_cost_there() -> None:
    found = cascade(attempt("r1", "light", 0.05, True))
    saved = found.compared.saved
    assert saved.high == Decimal("1.95")
    assert 0 < saved.low < saved.high


def test_a_run_that_climbed_lost_what_it_spent_below() -> None:
    found = cascade(attempt("r1", "light", 0.5), attempt("r1", "frontier", 2, True))
    assert found.compared.saved == Range.exactly(Decimal("-0.5"))
    assert (
        against_top(attempt("r1", "light", 0.5), attempt("r1", "frontier", 2))["saved_usd"] == -0.5
    )


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
    plan = {"row": "plan", "run": "l0", "kind": "docs", "tier": "frontier", "cost_usd": 0.25}
    saved = Decimal("1.50")  # 10 * 0.40 - 5 * 0.40 - 5 * 0.05 - 0.25
    assert cascade(*on_top, *below, plan).compared.saved == Range.exactly(saved)
    shown = against_top(*on_top, *below, plan)
    assert (shown["runs"], shown["always_top_usd"], shown["saved_usd"]) == (10, 4.0, 1.5)


def test_an_estimate_is_the_same_range_in_both_places() -> None:
    rows = [attempt("r1", "light", 0.05, True), attempt("r2", "light", 0.05, True)]
    saved, shown = cascade(*rows).compared.saved, against_top(*rows)
    ends = (shown["saved_low_usd"], shown["saved_high_usd"])
    assert ends == (float(saved.low), float(saved.high))
    assert shown["saved_usd"] is None


def test_runs_whose_tokens_tell_nothing_are_compared_with_nothing() -> None:
    shown = against_top(attempt("r1", "light", 0.05, True, tokens={}))
    assert (shown["runs"], shown["saved_usd"], shown["saved_low_usd"]) == (0, None, None)

"""The first screen: what it says, and when it says less."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.support.spending import (
    DAY,
    HAIKU,
    SONNET,
    START,
    decision,
    default_table,
    record,
    report_of,
    weeks,
)

from tierwise.domain.table import load_default
from tierwise.pricing.elsewhere import Range
from tierwise.pricing.prices import load_prices
from tierwise.report.build import Before, Sights, build_report
from tierwise.report.text import render_screen
from tierwise.report.window import Window
from tierwise.shown import WIDTH, fit_width
from tierwise.transcripts.records import CostState, Coverage, Usage


def test_the_first_screen_has_the_monday_figures_the_view_and_the_coverage() -> None:
    table = default_table(budget={"target_per_developer_day": 2.0})
    shown = render_screen(report_of(*weeks(4, days=5), table), "tier")
    for words in (
        "total  ",
        "mean $",
        "median $",
        "the policy's target of $2.00",
        "routable tasks at or below",
        "coverage:",
    ):
        assert words in shown, words
    assert "everything on frontier (claude-opus-5-5)" in shown
    assert "list-price equivalents" in shown


def test_an_empty_window_says_so_and_what_was_read() -> None:
    since = datetime(2026, 11, 16, tzinfo=timezone.utc)
    shown = render_screen(report_of([], window=Window(since, None, timezone.utc, "UTC")), "tier")
    assert shown.startswith("No calls from 2026-11-16 (UTC time).")
    assert "coverage: 1 file," in shown
    always = render_screen(report_of([], window=Window(None, None, timezone.utc, "UTC")), "tier")
    assert always.startswith("No calls.\n")


def test_tokens_without_a_price_are_named_in_words() -> None:
    shown = render_screen(report_of([record(), record(2, model="claude-unheard-of-9")]), "model")
    assert "$0.02, and 1,000 tokens without a price" in shown
    assert "unpriced: claude-unheard-of-9; state their prices under `prices:`" in shown
    assert (
        next(line for line in shown.splitlines() if line.startswith("claude-unheard")).split()[1]
        == "unpriced"
    )


def test_long_views_end_with_the_rest_and_the_total() -> None:
    calls = [record(number, session=f"s{number:02}") for number in range(20)]
    lines = render_screen(report_of(calls), "session").splitlines()
    assert any(line.startswith("8 more") for line in lines)
    assert any(line.startswith("total") and "$0.40" in line for line in lines)


def test_a_finding_shows_its_money_evidence_and_fix() -> None:
    calls = [
        record(number, agent="stranger", agent_id=f"a{number}", output_tokens=100_000)
        for number in (1, 2, 3)
    ]
    shown = render_screen(report_of(calls), "agent")
    assert "! Subagents inherited the top tier: $1.56–$3.00" in shown
    assert "fix: Let the hook route every spawn" in shown
    assert "tierwise report --fix" in shown


def test_savings_are_told_as_a_range_with_their_baseline() -> None:
    calls = [record(1, model=SONNET), record(2, agent="Explore", model=HAIKU)]
    shown = render_screen(report_of(calls, [decision("Explore", "light", "search")]), "tier")
    assert "efficiency 100%: 1 of 1 routable tasks" in shown
    assert "saved $0.01–$0.03 (54%–74%)" in shown


def test_the_screen_begins_with_the_week_the_figures_and_the_most_expensive_finding() -> None:
    calls = [
        record(1, timestamp=START + DAY * day, output_tokens=1000 * (2 if day > 6 else 1))
        for day in range(14)
    ]
    stray = record(99, agent="stranger", timestamp=START + DAY * 8, output_tokens=100_000)
    calls = [replace(call, message_id=f"m{place}") for place, call in enumerate([*calls, stray])]
    usage = Usage(calls, Coverage(records=len(calls)), {})
    zone = Window(zone=timezone.utc, zone_name="UTC")
    today = date(2026, 11, 15)
    report = build_report(usage, [], load_default(), load_prices(), zone, today)
    # 7 calls of 1,000 output tokens at $20 the million; then 7 of 2,000 and one of 100,000
    assert report.weeks is not None
    assert (report.weeks.before, report.weeks.last) == (Decimal("0.14"), Decimal("2.28"))
    shown = render_screen(report, "tier")
    assert (
        "week           $2.28 in the last 7 days, 1529% more than in the 7 before ($0.14)" in shown
    )
    assert shown.index("week  ") < shown.index("sessions  ") < shown.index("routing  ")
    assert shown.index("routing  ") < shown.index("! Subagents inherited") < shown.index("tier  ")
    assert build_report(usage, [], load_default(), load_prices(), zone).weeks is None
    late = Window(datetime(2026, 11, 3, tzinfo=timezone.utc), None, timezone.utc, "UTC")
    assert build_report(usage, [], load_default(), load_prices(), late, today).weeks is None


@pytest.mark.parametrize(
    ("before", "length", "words"),
    [
        ("0.20", timedelta(days=7), "$0.20 in the 7 days before; now 900% more"),
        (
            "4.00",
            timedelta(days=2, hours=16),
            "$4.00 in the 2 days and 16 hours before; now 50% less",
        ),
        (
            "2.00",
            timedelta(days=6, hours=23, minutes=40),
            "$2.00 in the 7 days before, as much as now",
        ),
        ("2.00", timedelta(hours=1), "$2.00 in the 1 hour before, as much as now"),
        ("0.00", timedelta(days=1), "$0.00 in the 1 day before\n"),
    ],
)
def test_a_window_is_compared_with_as_long_a_one_before(
    before: str, length: timedelta, words: str
) -> None:
    usage = Usage([record(output_tokens=100_000)], Coverage(records=1), {})  # $2.00
    sights = Sights(before=Before(Decimal(before), length))
    report = build_report(usage, [], load_default(), load_prices(), Window(), sights=sights)
    assert f"  before         {words}" in render_screen(report, "tier")


def test_a_name_that_is_too_long_for_the_table_stands_above_its_figures_whole() -> None:
    calls = [record(1, agent="Frontend Developer"), record(2, agent="b", model=SONNET)]
    lines = render_screen(report_of(calls), "agent,model").splitlines()
    place = lines.index("Frontend Developer / claude-opus-5-5")
    assert lines[place + 1].strip().startswith("$")


def test_what_routing_saved_stands_apart_from_what_the_person_chose() -> None:
    calls = [
        record(1, model=SONNET),
        record(2, agent="Explore", model=HAIKU),
        record(3, agent="overruled", model=HAIKU),
    ]
    rows = [
        decision("Explore", "light", "search"),
        decision("overruled", "light", "search", override={"kept": True}),
    ]
    top = report_of(calls, rows).baselines[0]
    alone = report_of(calls[1:2], rows[:1]).baselines[0]
    assert top.routed == alone.saved == alone.routed
    others = report_of([calls[0], calls[2]], rows[1:]).baselines[0]
    assert others.routed == Range()
    assert top.chosen == others.saved
    shown = render_screen(report_of(calls, rows), "tier")
    assert "by routing, " in shown and "by your own choice of models" in shown


def test_the_gap_to_the_sessions_own_bills_is_printed_for_all_time_only() -> None:
    usage = Usage([record()], Coverage(records=1), {"s1": CostState("s1", 0.05)})
    whole = build_report(usage, [], load_default(), load_prices(), Window())
    assert "the gap $0.03" in render_screen(whole, "tier")
    since = datetime(2026, 11, 1, tzinfo=timezone.utc)
    part = build_report(usage, [], load_default(), load_prices(), Window(since=since))
    assert "reconciled" not in render_screen(part, "tier")


def test_the_screen_fits_eighty_columns_and_says_how_much_the_cache_gave() -> None:
    calls, rows = weeks(4, days=9)
    whole = report_of([*calls, record(1, session="s" * 60, input_tokens=300)], rows)
    for by in ("tier", "session", "tier,agent", "day"):
        shown = fit_width(render_screen(whole, by))
        assert max(map(len, shown.splitlines())) <= WIDTH
    one = report_of([record(input_tokens=100, cache_write_5m_tokens=300, cache_read_tokens=600)])
    assert "cache          60% of all prompt tokens were read from it" in render_screen(one, "tier")


@pytest.mark.parametrize("width", [40, 44, 60, 79])
def test_a_narrow_terminal_gets_fewer_figures_and_no_line_too_long(width: int) -> None:
    calls, rows = weeks(4, days=9)
    shown = fit_width(render_screen(report_of(calls, rows), "tier", width), width)
    assert max(map(len, shown.splitlines())) <= width
    head = next(line for line in shown.splitlines() if line.startswith("tier "))
    assert head.split()[1:3] == ["cost", "share"]
    assert ("read" in head) is False


def test_a_name_with_a_line_end_or_an_escape_is_one_line() -> None:
    name = "x\ntotal   $0.00\x1b[2K\u202e"
    calls = [record(1, agent=name), record(2, model=name)]
    plain = [record(1, agent="x" * 30), record(2, model="y" * 30)]
    for by in ("agent", "model"):
        shown = render_screen(report_of(calls), by)
        assert not set(shown) & {"\x1b", "\u202e"}
        assert len(shown.splitlines()) == len(render_screen(report_of(plain), by).splitlines())

"""Every view of one window has the same total, whatever it groups by."""

from __future__ import annotations

from datetime import timezone
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.spending import HAIKU, START, decision, record, report_of, weeks
from tests.support.transcript_world import write_world

from tierwise.domain.table import load_default
from tierwise.pricing.prices import load_prices
from tierwise.report.build import Report, build_report
from tierwise.report.totals import KEYS, Total, add_up, group, median
from tierwise.report.window import Window
from tierwise.transcripts.read import read_usage

FIELDS = [name for name in Total().as_json() if name != "cost_usd"]


def sums(report: Report, by: str) -> tuple[Decimal, dict[str, int]]:
    groups = report.view(by)
    cost = sum((item.total.cost for item in groups), Decimal(0))
    return cost, {name: sum(getattr(item.total, name) for item in groups) for name in FIELDS}


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/Los_Angeles"]),
)
def test_every_view_of_a_developer_s_weeks_has_the_same_total(seed: int, zone: str) -> None:
    records, rows = weeks(seed, days=5)
    report = report_of(records, rows, window=Window(zone=ZoneInfo(zone), zone_name=zone))
    expected = report.total.cost, {name: getattr(report.total, name) for name in FIELDS}
    for by in KEYS:
        assert sums(report, by) == expected, by


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_view_of_transcripts_of_every_quirk_has_the_same_total(
    seed: int, tmp_path: Path
) -> None:
    truth = write_world(tmp_path, seed)
    usage = read_usage([tmp_path])
    report = build_report(usage, [], load_default(), load_prices(), Window(zone=timezone.utc))
    assert report.total.messages == len(truth.calls)
    assert report.total.output_tokens == truth.total("output")
    for by in KEYS:
        assert sums(report, by)[0] == report.total.cost
        assert sums(report, by)[1]["messages"] == len(truth.calls)


def test_a_call_inside_another_adds_its_cost_but_no_message() -> None:
    inside = record(1, message_id="msg_1#advisor_message:0", kind="advisor_message", model=HAIKU)
    report = report_of([record(1), inside])
    assert report.total.messages == 1
    assert report.total.output_tokens == 2000
    assert {item.key: item.total.messages for item in report.view("model")}["claude-haiku-5-5"] == 0


def test_days_are_those_of_the_zone() -> None:
    late = record(1, timestamp=START + 15 * 3_600_000)  # 23:00 UTC
    assert [item.key for item in report_of([late]).view("day")] == ["2026-11-02"]
    berlin = report_of([late], window=Window(zone=ZoneInfo("Europe/Berlin")))
    assert [item.key for item in berlin.view("day")] == ["2026-11-03"]


def test_tier_and_kind_come_from_the_model_that_ran_and_the_decision_behind_it() -> None:
    calls = [record(1), record(2, agent="doc-writer", model=HAIKU), record(3, agent="stranger")]
    report = report_of(calls, [decision("doc-writer", "light", "docs")])
    assert {item.key for item in report.view("tier")} == {"frontier", "light"}
    assert {item.key for item in report.view("domain")} == {"main", "docs", "unknown"}


def test_a_model_on_no_tier_is_off_the_ladder() -> None:
    assert [item.key for item in report_of([record(1, model="claude-fable-5-2")]).view("tier")] == [
        "off-ladder"
    ]


def test_a_group_without_any_price_costs_nothing_known_rather_than_nothing() -> None:
    report = report_of([record(1, model="claude-unheard-of-9"), record(2)])
    costs = {item.key: item.total.cost_usd for item in report.view("model")}
    assert costs == {"claude-unheard-of-9": None, "claude-opus-5-5": 0.02}
    assert report.total.unpriced_tokens == 1000


def test_the_median_of_an_even_number_is_between_the_middle_two() -> None:
    assert median([Decimal(4), Decimal(1), Decimal(2), Decimal(9)]) == 3
    assert median([Decimal(4), Decimal(1), Decimal(2)]) == 2
    assert median([]) is None


def test_no_rows_add_up_to_nothing() -> None:
    assert add_up([]) == Total()
    assert group([], "tier") == []

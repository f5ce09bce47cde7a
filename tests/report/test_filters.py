"""Which calls a report is of."""

from __future__ import annotations

import pytest
from tests.support.spending import HAIKU, OPUS, record, report_of

from tierwise.report.filters import Filters, keep_calls
from tierwise.report.totals import week_of
from tierwise.transcripts.records import Coverage, Usage

RECORDS = [
    record(1, model=OPUS, project="/nowhere/web", branch="main"),
    record(2, model="anthropic/claude-opus-4.5", project="/nowhere/api", branch="feat/x"),
    record(3, model=HAIKU, agent="Explore", project="/nowhere/web", branch="main", rows=3),
]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(), [1, 2, 3]),
        (Filters(model="opus"), [1, 2]),
        (Filters(model="claude-opus-4-5"), [2]),
        (Filters(project="web"), [1, 3]),
        (Filters(project="/nowhere/*"), [1, 2, 3]),
        (Filters(agent="main"), [1, 2]),
        (Filters(branch="feat/*"), [2]),
        (Filters(project="web", agent="Explore"), [3]),
        (Filters(model="sonnet"), []),
    ],
)
def test_every_filter_must_take_a_call(filters: Filters, kept: list[int]) -> None:
    found = keep_calls(Usage(RECORDS, Coverage(), {}), filters)
    assert [item.message_id for item in found.records] == [f"msg_{number}" for number in kept]


def test_the_coverage_is_of_the_calls_that_are_left() -> None:
    found = keep_calls(Usage(RECORDS, Coverage(files=9), {}), Filters(agent="Explore")).coverage
    assert (found.files, found.records, found.usage_rows, found.duplicate_rows) == (9, 1, 3, 2)


def test_two_names_group_by_both_and_keep_the_total() -> None:
    report = report_of(RECORDS)
    view = report.view("tier,agent")
    assert {item.key for item in view} == {"frontier / main", "light / Explore"}
    assert sum(item.total.cost for item in view) == report.total.cost


def test_weeks_are_iso_weeks_and_in_order() -> None:
    assert (week_of("2026-11-29"), week_of("2027-01-01"), week_of("unknown")) == (
        "2026-W48",
        "2026-W53",
        "unknown",
    )
    days = [
        record(number, timestamp=record().timestamp - number * 86_400_000) for number in range(40)
    ]
    for by in ("week", "month"):
        keys = [item.key for item in report_of(days).view(by)]
        assert keys == sorted(keys) and len(keys) > 1

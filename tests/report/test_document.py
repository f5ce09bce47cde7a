"""The JSON contract: the names and types that scripts rely on."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from tests.support.reference import find_unnamed
from tests.support.spending import record, report_of, weeks

from tierwise.report.csvtext import csv_text
from tierwise.report.document import build_document
from tierwise.report.totals import KEYS
from tierwise.report.window import Window

ROW = {
    "messages": int,
    "input_tokens": int,
    "output_tokens": int,
    "cache_write_5m_tokens": int,
    "cache_write_1h_tokens": int,
    "cache_read_tokens": int,
    "web_searches": int,
    "cost_usd": float,
    "unpriced_tokens": int,
}


@pytest.mark.parametrize("by", [*KEYS])
def test_the_document_has_exactly_the_fields_of_the_contract(by: str) -> None:
    found = json.loads(json.dumps(build_document(report_of(*weeks(1, days=3)), by)))
    assert set(found) == {
        "schema_version", "window", "by", "rows", "total", "coverage", "baselines", "findings"
    }  # fmt: skip
    assert (found["schema_version"], found["by"]) == (1, by)
    for part in (found, found["coverage"], found["baselines"], found["baselines"]["averages"]):
        assert find_unnamed(part, "report.md") == []
    # a session's row says also what a person knows it by
    known = (
        {"day": str, "project": str, "model": str, "first_words": str} if by == "session" else {}
    )
    for row in found["rows"]:
        assert {name: type(value) for name, value in row.items()} == {"key": str, **ROW, **known}
    assert {name: type(value) for name, value in found["total"].items()} == {**ROW, "sessions": int}


def test_the_document_of_an_empty_window_has_the_same_fields() -> None:
    found = build_document(report_of([]), "tier")
    assert (found["rows"], found["findings"]) == ([], [])
    assert found["total"] == {**dict.fromkeys(ROW, 0), "cost_usd": 0.0, "sessions": 0}


def test_the_window_is_written_with_its_offset_and_open_sides_are_null() -> None:
    since = datetime(2026, 11, 16, tzinfo=timezone.utc)
    found = build_document(
        report_of([record()], window=Window(since, None, timezone.utc, "UTC")), "day"
    )
    assert found["window"] == {
        "since": "2026-11-16T00:00:00+00:00",
        "until": None,
        "timezone": "UTC",
    }


def test_the_rows_of_every_view_add_up_to_the_total() -> None:
    report = report_of(*weeks(2, days=4))
    for by in KEYS:
        found = build_document(report, by)
        assert sum(row["cost_usd"] for row in found["rows"]) == pytest.approx(
            found["total"]["cost_usd"]
        )


def test_what_has_no_price_is_null_and_counted_and_named() -> None:
    found = build_document(report_of([record(model="claude-unheard-of-9")]), "model")
    assert found["rows"][0]["cost_usd"] is None
    assert found["total"]["unpriced_tokens"] == 1000
    assert found["coverage"]["unpriced_models"] == ["claude-unheard-of-9"]


def test_the_baselines_are_named_and_carry_their_range() -> None:
    found = build_document(report_of(*weeks(3, days=4)), "tier")["baselines"]
    assert [*found["counterfactuals"]] == ["all-frontier", "all-mid", "policy"]
    for item in found["counterfactuals"].values():
        assert item["low_usd"] <= item["high_usd"]
    assert found["routing_efficiency"]["denominator"].startswith(
        "subagent tasks that the policy gives a tier"
    )


def test_csv_has_the_rows_and_the_total() -> None:
    lines = csv_text(
        report_of([record(), record(2, model="claude-unheard-of-9")]), "model"
    ).splitlines()
    assert lines[0] == "key," + ",".join(ROW)
    assert lines[1].startswith("claude-opus-5-5,1,0,1000,") and lines[-1].startswith("total,2,")
    assert lines[2].split(",")[-2:] == ["", "1000"]

"""The JSON contract of ``tierwise report --json``; docs/report.md describes every field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tierwise.report.build import Report
from tierwise.report.reconcile import sum_gaps
from tierwise.report.sessions import describe_sessions
from tierwise.report.totals import float_or_none
from tierwise.report.window import Window

SCHEMA_VERSION = 1
"""Raised when a field changes its meaning or goes; new fields may come without."""


def build_document(report: Report, by: str) -> dict[str, Any]:
    """Return the whole document for one view."""
    return {
        "schema_version": SCHEMA_VERSION,
        "window": window_json(report.window),
        "by": by,
        "rows": _make_rows(report, by),
        "total": {**report.total.as_json(), "sessions": len(report.sessions)},
        "coverage": _make_coverage(report),
        "baselines": {
            "counterfactuals": {item.name: item.as_json() for item in report.baselines},
            "routing_efficiency": report.efficiency.as_json(),
            "outcomes": dict(report.sights.outcomes) or None,
            "averages": _make_averages(report),
            "cascade": report.cascade.as_json(),
            "session_router": report.routed_turns.as_json(),
        },
        "findings": [finding.as_json() for finding in report.findings],
    }


def _make_rows(report: Report, by: str) -> list[dict[str, Any]]:
    """Return the view's groups; sessions with what a person knows them by."""
    facts = {}
    if by == "session":
        facts = describe_sessions(
            report.rows,
            report.sights.first_words,
        )
    rows = []
    for item in report.view(by):
        row = {"key": item.key, **item.total.as_json()}
        if item.key in facts:
            row |= facts[item.key].as_json()
        rows.append(row)
    return rows


def window_json(window: Window) -> dict[str, Any]:
    """Return ``since`` and ``until`` as ISO 8601 with an offset, or null where that side is open."""
    return {
        "since": _write_moment(window.since),
        "until": _write_moment(window.until),
        "timezone": window.zone_name,
    }


def _write_moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.isoformat()


def _make_coverage(report: Report) -> dict[str, Any]:
    billed, counted = sum_gaps(report.gaps)
    seen = msgspec.to_builtins(report.coverage)
    if report.coverage.codex is None:
        del seen["codex"]
    return {
        **seen,
        "unpriced_tokens": report.total.unpriced_tokens,
        "unpriced_models": sorted({row.record.model for row in report.rows if row.unpriced_tokens}),
        "prices": report.prices,
        "reconciled": {
            "sessions": len(report.gaps),
            "billed_usd": float(billed),
            "counted_usd": float(counted),
            "gap_usd": float(billed - counted),
        },
    }


def _make_averages(report: Report) -> dict[str, Any]:
    last = before = None
    if report.weeks is not None:
        last = report.weeks.last
        before = report.weeks.before
    whole_before = None
    if report.sights.before is not None:
        whole_before = report.sights.before.cost
    return {
        "mean_session_usd": float_or_none(report.mean),
        "median_session_usd": float_or_none(report.median),
        "developer_days": len(report.days),
        "per_developer_day_usd": float_or_none(report.per_day),
        "target_per_developer_day_usd": float_or_none(report.target),
        "cache_hit_ratio": report.total.cache_hit_ratio,
        "before_usd": float_or_none(whole_before),
        "last_7_days_usd": float_or_none(last),
        "days_before_usd": float_or_none(before),
    }

"""A team's report: the JSON contract of the single machine's, and a first screen of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from tierwise.pricing.elsewhere import Range
from tierwise.report.csvtext import write_rows
from tierwise.report.document import SCHEMA_VERSION, window_json
from tierwise.report.findings.finding import (
    count,
    join_ends,
    money,
    span,
)
from tierwise.report.text import count_words, format_cost, window_words
from tierwise.report.totals import divide_by, float_or_none
from tierwise.report.window import Window
from tierwise.teams import queries
from tierwise.teams.backends import TABLE, Backend, ask

DENOMINATOR = "subagent tasks with a recorded decision of the policy, and tasks that were flagged"

Document = dict[str, Any]


def team_document(
    backend: Backend,
    by: str,
    window: Window,
    table: str = TABLE,
) -> Document:
    """Return the document for one view, added up in the backend.  Findings need single calls and are left to developers."""
    since = _show_moment(window.since)
    until = _show_moment(window.until)
    view = queries.view(table, by, since, until)
    rows = []
    for item in ask(backend, view):
        sums = _make_sums(item)
        rows.append({"key": str(item["key"]), **sums})
    rows.sort(key=lambda row: row["key"])
    if by != "day":
        rows.sort(
            key=lambda row: row["cost_usd"] or 0,
            reverse=True,
        )
    (whole,) = ask(backend, queries.total(table, since, until))
    counted = {name: _read_count(whole[name]) for name in _COUNTS}
    return {
        "schema_version": SCHEMA_VERSION,
        "window": window_json(window),
        "by": by,
        "rows": rows,
        "total": {**_make_sums(whole), "sessions": counted["sessions"]},
        "coverage": {
            "lines": counted["lines"],
            "records": counted["records"],
            "duplicate_rows": counted["lines"] - counted["records"],
            "developers": counted["developers"],
            "lower_bound_records": counted["lower_bound_records"],
            "unpriced_tokens": _read_count(whole["unpriced_tokens"]),
        },
        "baselines": {
            "counterfactuals": {"all-top": _on_top(whole)},
            "routing_efficiency": {
                "ratio": _divide_share(counted["good_tasks"], counted["routable_tasks"]),
                "good_tasks": counted["good_tasks"],
                "tasks": counted["routable_tasks"],
                "denominator": DENOMINATOR,
            },
            "averages": {
                "mean_session_usd": _divide_share(whole["cost_usd"], whole["sessions"]),
                "median_session_usd": float_or_none(whole["median"]),
                "developer_days": counted["developer_days"],
                "per_developer_day_usd": _divide_share(whole["cost_usd"], whole["developer_days"]),
            },
        },
        "findings": [],
    }


def team_screen(document: Document, window: Window) -> str:
    """Return the document as text."""
    return "\n".join(_show_lines(document, window))


def _show_lines(
    document: Document,
    window: Window,
) -> Iterator[str]:
    developers = count(
        document["coverage"]["developers"],
        "developer",
    )
    yield f"Spend {window_words(window)} of {developers}"
    yield ""
    yield from _show_totals(document)
    yield ""
    yield from _show_rows(document)
    yield ""
    yield _show_coverage(document["coverage"])


def _show_totals(document: Document) -> Iterator[str]:
    total, baselines = document["total"], document["baselines"]
    averages, top = baselines["averages"], baselines["counterfactuals"]["all-top"]
    mean = money(averages["mean_session_usd"] or 0)
    median = money(averages["median_session_usd"] or 0)
    yield f"  total          {money(total['cost_usd'] or 0)}"
    yield f"  sessions       {total['sessions']}, mean {mean}, median {median} per session"
    per_day = money(averages["per_developer_day_usd"] or 0)
    yield f"  developer-day  {per_day} over {count(averages['developer_days'], 'developer-day')}"
    yield f"  routing        {_describe_efficiency(baselines['routing_efficiency'])}"
    low = Decimal(str(top["low_usd"]))
    high = Decimal(str(top["high_usd"]))
    there = span(Range(low, high))
    saved = join_ends(
        money(top["saved_low_usd"]),
        money(top["saved_high_usd"]),
    )
    yield f"  against        everything on the top tier: {there}, {saved} saved"


def _describe_efficiency(found: Document) -> str:
    if found["ratio"] is None:
        return "efficiency unknown: no export has a recorded decision"
    good, tasks = found["good_tasks"], found["tasks"]
    return (
        f"efficiency {found['ratio']:.0%}: "
        f"{good} of {tasks} routed tasks at or below the decided tier"
    )


def _show_rows(document: Document) -> Iterator[str]:
    by = document["by"]
    lines = list_lines(document)
    keys = [by, *(row["key"] for row in lines)]
    width = max(map(len, keys))
    names = (
        "cost",
        "messages",
        "input",
        "output",
        "cache read",
    )
    yield f"{by:<{width}}{_align_cells(names)}"
    for row in lines:
        cells = _align_cells(_show_cells(row))
        yield f"{row['key']:<{width}}{cells}"


def list_lines(document: Document) -> list[Document]:
    """Return the rows, and the total as the last of them."""
    total = {"key": "total", **document["total"]}
    return [*document["rows"], total]


def _align_cells(cells: Iterable[str]) -> str:
    return "".join(f"{cell:>12}" for cell in cells)


def _show_cells(row: Document) -> Iterator[str]:
    yield format_cost(row["cost_usd"])
    yield f"{row['messages']:,}"
    for name in ("input_tokens", "output_tokens", "cache_read_tokens"):
        yield count_words(row[name])


def _show_coverage(coverage: Document) -> str:
    return (
        f"coverage: {count(coverage['lines'], 'line')}, "
        f"{count(coverage['duplicate_rows'], 'duplicate')} removed, "
        f"{count(coverage['unpriced_tokens'], 'token')} unpriced, "
        f"{count(coverage['lower_bound_records'], 'output')} known as lower bounds"
    )


_COUNTS = (
    "lines",
    "records",
    "sessions",
    "developers",
    "developer_days",
    "lower_bound_records",
    "routable_tasks",
    "good_tasks",
)


def _make_sums(item: Document) -> Document:
    """Return the fields of a row; a cost is null where nothing of it has a price."""
    sums: Document = {name: _read_count(item[name]) for name in queries.SUMS}
    sums["cost_usd"] = float_or_none(item["cost_usd"])
    if sums["cost_usd"] is None and not sums["unpriced_tokens"]:
        sums["cost_usd"] = 0.0
    return sums


def _on_top(whole: Document) -> Document:
    low = _read_decimal(whole["top_low"])
    high = _read_decimal(whole["top_high"])
    actual = _read_decimal(whole["compared"])
    return {
        "words": "everything on the top tier of each developer's policy",
        "low_usd": float(low),
        "high_usd": float(high),
        "actual_usd": float(actual),
        "saved_low_usd": float(low - actual),
        "saved_high_usd": float(high - actual),
        "saved_low_share": _divide_share(low - actual, low),
        "saved_high_share": _divide_share(high - actual, high),
    }


def _read_count(value: Any) -> int:
    return int(value or 0)


def _read_decimal(value: Any) -> Decimal:
    return Decimal(str(value or 0))


def _divide_share(part: Any, whole: Any) -> float | None:
    return divide_by(_read_decimal(part), _read_decimal(whole))


def _show_moment(moment: datetime | None) -> str | None:
    """Return a moment as the exports write it."""
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")


def team_csv(document: Document) -> str:
    """Return the document's view as CSV, in the columns of the single machine's; the last key is ``total``."""
    return write_rows(("key", *queries.SUMS), list_lines(document))

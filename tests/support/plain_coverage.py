"""What a report stood on, by the second, plain implementation: files, lines, rows, and bills beside calls."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.plain_report import read_rows

if TYPE_CHECKING:
    from tests.support.plain_document import PlainReport

ZERO = Decimal(0)


def count_coverage(report: PlainReport) -> dict[str, Any]:
    files = [
        path for path in report.root.glob("projects/**/*.jsonl") if path.name != "journal.jsonl"
    ]
    lines = [line for path in files for line in path.read_bytes().splitlines()]
    rows, own = (
        len(list(read_rows(report.root))),
        [call for call in report.calls if not call["inner"]],
    )
    gaps = _gaps(report)
    return {
        "files": len(files), "bytes": sum(path.stat().st_size for path in files), "lines": len(lines),
        "damaged_lines": sum(bool(line.strip()) and not _is_object(line) for line in lines),
        "unreadable_files": 0, "gone_files": 0, "usage_rows": rows, "duplicate_rows": rows - len(own),
        "shared_id_records": 0, "records": len(report.calls), "sessions": len(report.list_sessions()),
        "lower_bound_records": sum(call["is_bound"] for call in own),
        "unpriced_tokens": report.sum_calls(report.calls)["unpriced_tokens"],
        "reconciled": {
            "sessions": len(gaps), "billed_usd": sum((billed for billed, _ in gaps), ZERO),
            "counted_usd": sum((counted for _, counted in gaps), ZERO),
            "gap_usd": sum((billed - counted for billed, counted in gaps), ZERO),
        },
    }  # fmt: skip


def _gaps(report: PlainReport) -> list[tuple[Decimal, Decimal]]:
    """What each session with a bill was billed, and what its calls cost."""
    bills: dict[str, Decimal] = {}
    for line in read_lines(report.root):
        if line.get("type") == "cost-state":
            bill = Decimal(str(line["totalCostUSD"]))
            bills[line["sessionId"]] = max(bill, bills.get(line["sessionId"], bill))
    sessions = report.list_sessions()
    return [(bill, sessions.get(session, ZERO)) for session, bill in bills.items()]


def read_lines(root: Path) -> Iterable[dict[str, Any]]:
    """Every whole line of every transcript."""
    for path in root.glob("projects/**/*.jsonl"):
        for line in path.read_bytes().splitlines():
            if path.name != "journal.jsonl" and _is_object(line):
                yield json.loads(line.decode("utf-8", "replace"))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.decode("utf-8", "replace")), dict)
    except ValueError:
        return False

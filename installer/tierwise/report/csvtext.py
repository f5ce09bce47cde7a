"""A view as CSV: the fields of the JSON contract's rows, one line a group, then the total."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tierwise.report.build import Report
from tierwise.report.totals import Group
from tierwise.shown import neutralise_cell


def csv_text(report: Report, by: str) -> str:
    """Return the view by ``by`` with a header line; the last line's key is ``total``.  An absent cost is empty."""
    groups = (*report.view(by), Group("total", report.total))
    columns = ("key", *report.total.as_json())
    return write_rows(columns, [{"key": group.key, **group.total.as_json()} for group in groups])


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
) -> str:
    """Write these columns of the rows below a header line."""
    buffer = io.StringIO()
    writer = csv.DictWriter(
        buffer,
        columns,
        lineterminator="\n",
        extrasaction="ignore",
    )
    writer.writeheader()
    for row in rows:
        key = neutralise_cell(row["key"])
        writer.writerow({**row, "key": key})
    return buffer.getvalue()

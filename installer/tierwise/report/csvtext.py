"""A view as CSV: the fields of the JSON contract's rows, one line a group, then the total."""

from __future__ import annotations

import csv
import io

from tierwise.report.build import Report
from tierwise.shown import neutralise_cell


def csv_text(report: Report, by: str) -> str:
    """The view by ``by`` with a header line; the last line's key is ``total``.  An absent cost is empty."""
    lines = [(item.key, item.total) for item in report.view(by)] + [("total", report.total)]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, ["key", *report.total.as_json()], lineterminator="\n")
    writer.writeheader()
    for key, total in lines:
        writer.writerow({"key": neutralise_cell(key), **total.as_json()})
    return buffer.getvalue()

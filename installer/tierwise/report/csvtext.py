"""A view as CSV: the fields of the JSON contract's rows, one line a group, then the total."""

from __future__ import annotations

import csv
import io

from tierwise.report.build import Report
from tierwise.report.totals import Group
from tierwise.shown import neutralise_cell


def csv_text(report: Report, by: str) -> str:
    """The view by ``by`` with a header line; the last line's key is ``total``.  An absent cost is empty."""
    buffer = io.StringIO()
    columns = ["key", *report.total.as_json()]
    writer = csv.DictWriter(
        buffer,
        columns,
        lineterminator="\n",
    )
    writer.writeheader()
    for group in (*report.view(by), Group("total", report.total)):
        writer.writerow({"key": neutralise_cell(group.key), **group.total.as_json()})
    return buffer.getvalue()

"""The table that a team's exports are loaded into, in each backend's own words: no digit of a dollar may be lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tierwise.errors import TierwiseError
from tierwise.report.exported import COLUMNS

DECIMALS = 12
"""Digits after the point that hold every price of one token exactly."""

TYPES: Mapping[str, Mapping[str, str]] = {
    "duckdb": {"text": "VARCHAR", "count": "BIGINT", "money": "DECIMAL(28, 12)"},
    "postgresql": {"text": "text", "count": "bigint", "money": "numeric(28, 12)"},
    "clickhouse": {"text": "String", "count": "Int64", "money": "Nullable(Decimal(28, 12))"},
    "spark": {"text": "STRING", "count": "BIGINT", "money": "DECIMAL(28, 12)"},
}
"""By backend, then by a column's kind.  ClickHouse's ``numeric`` has no digits after the point."""

_ENDINGS = {"clickhouse": "\nENGINE = MergeTree ORDER BY (developer, time)"}
_DECIMAL = re.compile(
    r"(?:decimal|numeric)\d*(?:\((?P<arguments>[\d, ]+)\))?",
    re.IGNORECASE,
)


def list_columns(backend: str) -> list[str]:
    """Return every column's name and type in ``backend``, one of :data:`TYPES`."""
    types = TYPES[backend]
    return [f"{name} {types[kind]}" for name, kind in COLUMNS.items()]


def write_ddl(backend: str, table: str) -> str:
    """Return the statement that makes the table in ``backend``, one of :data:`TYPES`."""
    columns = ",\n  ".join(list_columns(backend))
    return f"CREATE TABLE {table} (\n  {columns}\n){_ENDINGS.get(backend, '')};"


ColumnType = tuple[str, str, int | None]
"""A column's name and type, and its digits after the point where the place says them."""


def refuse_lost_digits(
    types: Iterable[ColumnType],
    table: str,
) -> None:
    """Raise TierwiseError where a column of dollars cannot hold every digit.

    ``types`` are a table's columns: name, type, and digits after the point where the backend tells them apart.
    """
    for name, declared, scale in types:
        if COLUMNS.get(name) == "money" and not _holds_digits(declared, scale):
            raise TierwiseError(
                f"the column {name} is {declared}, which loses digits of dollars",
                place=f"--table {table}",
                remedy="Make the table with `tierwise export --ddl BACKEND` and load the exports again.",
            )


def _holds_digits(declared: str, scale: int | None) -> bool:
    found = _DECIMAL.search(declared)
    if found is None:
        return False
    if found["arguments"]:
        _, _, digits = found["arguments"].partition(",")
        return int(digits or 0) >= DECIMALS
    return scale is None or scale >= DECIMALS  # PostgreSQL's plain numeric holds all

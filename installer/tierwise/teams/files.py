"""Export files: Parquet out of CSV, and the SQL type of every column."""

from __future__ import annotations

import csv
import glob
from collections.abc import Iterable

from tierwise.errors import TierwiseError
from tierwise.report.exported import ADDED_LATER, COLUMNS
from tierwise.teams.ddl import TYPES
from tierwise.teams.needs import need


def column_types() -> dict[str, str]:
    """Name -> DuckDB type, in the order of an export."""
    return {name: TYPES["duckdb"][kind] for name, kind in COLUMNS.items()}


def find_files(patterns: Iterable[str]) -> list[str]:
    """The export files that names and globs mean, each once.  Raises TierwiseError where one means none."""
    found: list[str] = []
    for pattern in patterns:
        names = sorted(glob.glob(pattern, recursive=True))
        if not names:
            raise TierwiseError(
                "there is no such export", place=pattern, remedy="Name a file, or quote a glob."
            )
        found += names
    strange = [name for name in found if not name.lower().endswith((".csv", ".parquet", ".pq"))]
    if strange:
        remedy = "Name files that `tierwise export` wrote."
        raise TierwiseError(
            "an export is a .csv or a .parquet file", place=strange[0], remedy=remedy
        )
    return list(dict.fromkeys(found))


def read_sql(files: Iterable[str]) -> str:
    """A DuckDB query over export files, whichever form each has."""
    parts = [_read_one(name) for name in files]
    return " UNION ALL ".join(parts)


def to_parquet(csv_file: str, parquet_file: str) -> str:
    """Write an export's CSV as Parquet; return the new file's name."""
    with need("duckdb").connect() as connection:
        connection.execute(
            f"COPY ({_read_one(csv_file)}) TO {quoted(parquet_file)} (FORMAT parquet, COMPRESSION zstd)"
        )
    return parquet_file


def quoted(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _read_one(name: str) -> str:
    if name.lower().endswith(".csv"):
        return _read_csv(name)
    there = _parquet_columns(name)
    return f"SELECT {_columns_of(there)} FROM read_parquet({quoted(name)})"


def _read_csv(name: str) -> str:
    try:
        with open(name, encoding="utf-8", newline="") as handle:
            header = next(csv.reader(handle), [])
    except (OSError, UnicodeDecodeError):
        header = list(COLUMNS)
    kinds = column_types()
    types = ", ".join(
        f"{quoted(column)}: {quoted(kinds[column])}" for column in header if column in kinds
    )
    return f"SELECT {_columns_of(header)} FROM read_csv({quoted(name)}, header = true, columns = {{{types}}})"


def _parquet_columns(name: str) -> list[str]:
    with need("duckdb").connect() as connection:
        cursor = connection.execute(f"SELECT * FROM read_parquet({quoted(name)}) LIMIT 0")
        return [column[0] for column in cursor.description]


def _columns_of(there: Iterable[str]) -> str:
    """Return the columns of an export; one that an older export lacks is empty."""
    missing = ADDED_LATER.difference(there)
    columns = []
    for name in COLUMNS:
        if name in missing:
            columns.append(f"'' AS {name}")
        else:
            columns.append(name)
    return ", ".join(columns)

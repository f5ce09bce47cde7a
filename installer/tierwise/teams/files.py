"""Export files: which there are, how DuckDB reads them, Parquet out of CSV."""

from __future__ import annotations

import csv
import glob
from collections.abc import Iterable, Iterator

from tierwise.errors import TierwiseError
from tierwise.report.exported import COLUMNS
from tierwise.teams.ddl import TYPES
from tierwise.teams.needs import need


def find_files(patterns: Iterable[str]) -> list[str]:
    """Return the export files that names and globs mean, each once.  Raises TierwiseError where one means none."""
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
    """Return a DuckDB query over export files, whichever form each has."""
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
    """Return a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _read_one(name: str) -> str:
    reader = f"read_parquet({quoted(name)})"
    if name.lower().endswith(".csv"):
        columns = ", ".join(_list_types(name))
        reader = f"read_csv({quoted(name)}, header = true, columns = {{{columns}}})"
    return f"SELECT {', '.join(COLUMNS)} FROM {reader}"


def _list_types(name: str) -> Iterator[str]:
    """Yield each column of a CSV with its type: DuckDB takes them in the file's order, whatever its header says."""
    with open(name, encoding="utf-8-sig", newline="") as handle:
        header = next(csv.reader(handle), [])
    for column in header:
        kind = COLUMNS.get(column, "text")
        yield f"{quoted(column)}: {quoted(TYPES['duckdb'][kind])}"

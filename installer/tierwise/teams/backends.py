"""Where a team's records are added up: one opener a place, and the URL that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tierwise.errors import OutsideError, TierwiseError
from tierwise.report.exported import COLUMNS
from tierwise.teams.ddl import (
    ColumnType,
    list_columns,
    refuse_lost_digits,
)
from tierwise.teams.files import read_sql
from tierwise.teams.needs import need

TABLE = "tierwise_usage"
"""The table that is read where no export files are named, and the name that files get while they are read."""

Answer = tuple[list[str], list[tuple[Any, ...]]]
"""The columns' names and the rows."""

_SECONDS = 300  # for one query over HTTP
_ERROR_LIMIT = 2000  # bytes of what a server says was wrong
_BATCH = 10_000  # rows fetched at once


class Backend(NamedTuple):
    """A place that answers queries."""

    dialect: str
    """sqlglot's name of its SQL."""
    query: Callable[[str], Answer]
    """SQL in that dialect -> the columns' names and the rows."""


@contextmanager
def open_backend(
    url: str,
    files: Sequence[str],
    table: str = TABLE,
) -> Iterator[Backend]:
    """Open what ``url`` names; ``files`` become the temporary table ``table`` there.

    ``duckdb:`` (in memory), ``duckdb:FILE``, ``postgresql://…``, ``spark:MASTER`` (``spark:local[2]``,
    ``spark://host:7077``), ``clickhouse://host:8123/database``.  Raises TierwiseError for a URL of no known kind,
    OutsideError where the place does not answer.
    """
    kind = url.partition(":")[0].lower()
    openers = {
        "duckdb": _open_duckdb,
        "postgresql": _open_postgres,
        "postgres": _open_postgres,
        "spark": _open_spark,
        "clickhouse": _open_clickhouse,
    }
    if kind not in openers:
        raise TierwiseError(
            f'"{url}" names no backend',
            place="--backend",
            remedy="Begin with duckdb:, postgresql:, clickhouse: or spark:.",
        )
    with openers[kind](url, files, table) as opened:
        if not files:
            refuse_lost_digits(_types_of(opened, table), table)
        yield opened


def _types_of(backend: Backend, table: str) -> list[ColumnType]:
    """Return name, type and digits after the point of a table's columns; nothing where the backend does not say."""
    name = table.rpartition(".")[2]
    if backend.dialect == "spark":
        _, rows = backend.query(f"DESCRIBE TABLE {table}")
        return [(str(column), str(kind), None) for column, kind, *_ in rows]
    _, rows = backend.query(
        "SELECT column_name, data_type, numeric_scale FROM information_schema.columns "
        f"WHERE table_name = '{name}'"
    )
    types = []
    for column, kind, scale in rows:
        digits = None
        if scale is not None:
            digits = int(scale)
        types.append((str(column), str(kind), digits))
    return types


def ask(backend: Backend, sql: str) -> list[dict[str, Any]]:
    """Return the rows of a query in DuckDB's SQL, said in the backend's own words.  Raises OutsideError where it fails."""
    sqlglot = need("sqlglot")
    said = sqlglot.transpile(
        sql,
        read="duckdb",
        write=backend.dialect,
    )
    try:
        names, rows = backend.query(said[0])
    except TierwiseError:
        raise
    except Exception as error:  # each driver has a family of its own
        raise OutsideError(
            f"the query failed: {_first_line(error)}",
            place="--backend",
            remedy="Check the URL, and the table that --table names.",
        ) from error
    return [dict(zip(names, row, strict=True)) for row in rows]


@contextmanager
def _open_duckdb(
    url: str,
    files: Sequence[str],
    table: str,
) -> Iterator[Backend]:
    name = url.partition(":")[2].removeprefix("//")
    if not name and not files:
        raise TierwiseError(
            "there is nothing to read",
            place="--backend duckdb:",
            remedy="Name files with --exports.",
        )
    duckdb = need("duckdb")
    place = name or ":memory:"
    with (
        _report_outside_errors(),
        duckdb.connect(place, read_only=bool(name)) as connection,
    ):
        if files:
            connection.execute(f"CREATE TEMP VIEW {table} AS {read_sql(files)}")

        def query(sql: str) -> Answer:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description]
            return names, cursor.fetchall()

        yield Backend("duckdb", query)


@contextmanager
def _open_postgres(
    url: str,
    files: Sequence[str],
    table: str,
) -> Iterator[Backend]:
    with _report_outside_errors(), need("psycopg").connect(url) as connection:
        if files:
            columns = ", ".join(list_columns("postgresql"))
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in _read_rows(files):
                        copy.write_row(row)

        def query(sql: str) -> Answer:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                names = [column.name for column in cursor.description]
                return names, cursor.fetchall()

        yield Backend("postgres", query)


@contextmanager
def _open_spark(
    url: str,
    files: Sequence[str],
    table: str,
) -> Iterator[Backend]:
    builder = (
        need("pyspark.sql")
        .SparkSession.builder.appName("tierwise")
        .config("spark.ui.showConsoleProgress", "false")
    )
    master = url
    if not url.startswith("spark://"):
        master = url.partition(":")[2] or "local[*]"
    if master.startswith("local"):
        # One machine: 200 partitions and a web page would only cost time.
        builder = builder.config("spark.sql.shuffle.partitions", "4").config(
            "spark.ui.enabled", "false"
        )
    with _report_outside_errors():
        session = builder.master(master).getOrCreate()
        try:
            session.sparkContext.setLogLevel("ERROR")
            if files:
                _spark_frame(session, files).createOrReplaceTempView(table)

            def query(sql: str) -> Answer:
                frame = session.sql(sql)
                rows = [tuple(row) for row in frame.collect()]
                return list(frame.columns), rows

            yield Backend("spark", query)
        finally:
            session.stop()


_SPARK_CSV = {
    "header": "true",
    "quote": '"',
    "escape": '"',
    "multiLine": "true",
}


def _spark_frame(session: Any, files: Sequence[str]) -> Any:
    schema = ", ".join(list_columns("spark"))
    texts = [name for name in files if name.lower().endswith(".csv")]
    others = [name for name in files if name not in texts]
    frames = []
    if texts:
        reader = session.read.options(**_SPARK_CSV)
        frames.append(reader.schema(schema).csv(texts))
    if others:
        reader = session.read.schema(schema)
        frames.append(reader.parquet(*others))
    first, *others = frames
    for frame in others:
        first = first.unionByName(frame)
    return first


_CLICKHOUSE_PORT = 8123
_NUMBERS = "output_format_json_quote_64bit_integers=0&output_format_json_quote_decimals=0"  # older servers quote them


@contextmanager
def _open_clickhouse(
    url: str,
    files: Sequence[str],
    table: str,
) -> Iterator[Backend]:
    if files:
        raise TierwiseError(
            "ClickHouse reads a table, not files",
            place="--exports",
            remedy=f"Load the exports into the table {table} with clickhouse-client; see docs/teams.md.",
        )
    parts = urlsplit(url)
    scheme = "http"
    if parse_qs(parts.query).get("secure") == ["1"]:
        scheme = "https"
    database = parts.path.strip("/") or "default"
    headers = {"X-ClickHouse-Database": database}
    if parts.username:
        headers["X-ClickHouse-User"] = parts.username
        headers["X-ClickHouse-Key"] = parts.password or ""
    port = parts.port or _CLICKHOUSE_PORT
    with _report_outside_errors():
        address = f"{scheme}://{parts.hostname}:{port}/?{_NUMBERS}"
        yield Backend(
            "clickhouse",
            partial(_query_clickhouse, address, headers),
        )


def _query_clickhouse(
    address: str,
    headers: dict[str, str],
    sql: str,
) -> Answer:
    """Ask over HTTP, which needs no driver."""
    import json
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    body = f"{sql} FORMAT JSONCompact"
    request = Request(address, body.encode(), headers)
    try:
        with urlopen(request, timeout=_SECONDS) as answer:
            found = json.load(answer, parse_float=Decimal)
    except HTTPError as error:
        # The body says what was wrong, the status only that something was.
        said = error.read(_ERROR_LIMIT)
        raise ValueError(said.decode(errors="replace") or str(error)) from None
    names = [column["name"] for column in found["meta"]]
    rows = [tuple(row) for row in found["data"]]
    return names, rows


def _read_rows(files: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of export files, in the order of the columns."""
    columns = ", ".join(COLUMNS)
    with need("duckdb").connect() as connection:
        cursor = connection.execute(f"SELECT {columns} FROM ({read_sql(files)})")
        while rows := cursor.fetchmany(_BATCH):
            yield from rows


@contextmanager
def _report_outside_errors() -> Iterator[None]:
    """Report a place that does not answer as outside of us; what is wrong with the call is not."""
    try:
        yield
    except TierwiseError:
        raise
    except Exception as error:
        raise OutsideError(
            f"the backend does not answer as it should: {_first_line(error)}",
            place="--backend",
            remedy="Check the URL, and that the exports are those of `tierwise export`.",
        ) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    if not lines:
        return type(error).__name__
    return lines[0]

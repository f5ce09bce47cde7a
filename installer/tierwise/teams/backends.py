"""Where a team's records are added up: one small class a place, and the URL that names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from tierwise.errors import OutsideError, TierwiseError
from tierwise.report.exported import COLUMNS
from tierwise.teams.ddl import refuse_lost_digits
from tierwise.teams.files import column_types, read_sql
from tierwise.teams.needs import need

TABLE = "tierwise_usage"
"""The table that is read where no export files are named, and the name that files get while they are read."""


class Backend(Protocol):
    """A place that answers queries.  ``dialect`` is sqlglot's name of its SQL."""

    dialect: str

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The columns' names and the rows."""


@contextmanager
def open_backend(url: str, files: Sequence[str], table: str = TABLE) -> Iterator[Backend]:
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


def _types_of(backend: Backend, table: str) -> list[tuple[str, str, int | None]]:
    """Return name, type and digits after the point of a table's columns; nothing where the backend does not say."""
    name = table.rpartition(".")[2]
    if backend.dialect == "spark":
        _, rows = backend.query(f"DESCRIBE TABLE {table}")
        return [(str(row[0]), str(row[1]), None) for row in rows]
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
    """The rows of a query in DuckDB's SQL, said in the backend's own words.  Raises OutsideError where it fails."""
    said = need("sqlglot").transpile(sql, read="duckdb", write=backend.dialect)[0]
    try:
        names, rows = backend.query(said)
    except TierwiseError:
        raise
    except Exception as error:  # each driver has a family of its own
        remedy = "Check the URL, and the table that --table names."
        raise OutsideError(
            f"the query failed: {_first_line(error)}", place="--backend", remedy=remedy
        ) from error
    return [dict(zip(names, row, strict=True)) for row in rows]


class _DuckDB:
    dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        cursor = self._connection.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()


@contextmanager
def _open_duckdb(url: str, files: Sequence[str], table: str) -> Iterator[Backend]:
    name = url.partition(":")[2].removeprefix("//")
    if not name and not files:
        raise TierwiseError(
            "there is nothing to read",
            place="--backend duckdb:",
            remedy="Name files with --exports.",
        )
    with (
        _report_outside_errors(),
        need("duckdb").connect(name or ":memory:", read_only=bool(name)) as connection,
    ):
        if files:
            connection.execute(f"CREATE TEMP VIEW {table} AS {read_sql(files)}")
        yield _DuckDB(connection)


class _Postgres:
    dialect = "postgres"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            return [column.name for column in cursor.description], cursor.fetchall()


@contextmanager
def _open_postgres(url: str, files: Sequence[str], table: str) -> Iterator[Backend]:
    with _report_outside_errors(), need("psycopg").connect(url) as connection:
        if files:
            kinds = {"VARCHAR": "text", "BIGINT": "bigint"}
            columns = ", ".join(
                f"{name} {kinds.get(kind, 'numeric')}" for name, kind in column_types().items()
            )
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE TEMP TABLE {table} ({columns})")
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    for row in _read_rows(files):
                        copy.write_row(row)
        yield _Postgres(connection)


class _Spark:
    dialect = "spark"

    def __init__(self, session: Any) -> None:
        self._session = session

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        frame = self._session.sql(sql)
        return list(frame.columns), [tuple(row) for row in frame.collect()]


@contextmanager
def _open_spark(url: str, files: Sequence[str], table: str) -> Iterator[Backend]:
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
            yield _Spark(session)
        finally:
            session.stop()


def _spark_frame(session: Any, files: Sequence[str]) -> Any:
    kinds = {"VARCHAR": "string", "BIGINT": "bigint"}
    schema = ", ".join(f"{name} {kinds.get(kind, kind)}" for name, kind in column_types().items())
    texts = [name for name in files if name.lower().endswith(".csv")]
    others = [name for name in files if name not in texts]
    frames = []
    if texts:
        options = {"header": "true", "quote": '"', "escape": '"', "multiLine": "true"}
        frames.append(session.read.options(**options).schema(schema).csv(texts))
    if others:
        frames.append(session.read.schema(schema).parquet(*others))
    first, *others = frames
    for frame in others:
        first = first.unionByName(frame)
    return first


_NUMBERS = "output_format_json_quote_64bit_integers=0&output_format_json_quote_decimals=0"  # older servers quote them


class _ClickHouse:
    """Over HTTP, which needs no driver."""

    dialect = "clickhouse"

    def __init__(self, address: str, headers: dict[str, str]) -> None:
        self._address = address
        self._headers = headers

    def query(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        import json
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        request = Request(self._address, f"{sql} FORMAT JSONCompact".encode(), self._headers)
        try:
            with urlopen(request, timeout=300) as answer:
                found = json.load(answer, parse_float=Decimal)
        except HTTPError as error:
            # The body says what was wrong, the status only that something was.
            raise ValueError(error.read(2000).decode(errors="replace") or str(error)) from None
        return [column["name"] for column in found["meta"]], [tuple(row) for row in found["data"]]


@contextmanager
def _open_clickhouse(url: str, files: Sequence[str], table: str) -> Iterator[Backend]:
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
        headers |= {"X-ClickHouse-User": parts.username, "X-ClickHouse-Key": parts.password or ""}
    with _report_outside_errors():
        yield _ClickHouse(f"{scheme}://{parts.hostname}:{parts.port or 8123}/?{_NUMBERS}", headers)


def _read_rows(files: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of export files, in the order of the columns."""
    with need("duckdb").connect() as connection:
        cursor = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM ({read_sql(files)})")
        while rows := cursor.fetchmany(10_000):
            yield from rows


@contextmanager
def _report_outside_errors() -> Iterator[None]:
    """A place that does not answer is outside of us; what is wrong with the call is not."""
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
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

"""One aggregation, the same answer everywhere: DuckDB, PostgreSQL, Spark, ClickHouse's engine."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.support.clickhouse import clickhouse
from tests.support.measured import report_json, tierwise
from tests.support.transcript_world import write_world

from tierwise.errors import OutsideError
from tierwise.report.exported import COLUMNS
from tierwise.report.window import Window
from tierwise.teams import queries
from tierwise.teams.backends import ask, open_backend
from tierwise.teams.report import team_document

pytest.importorskip("duckdb", reason="the extra tierwise[teams] is not installed")
WINDOW = Window(zone=timezone.utc, zone_name="UTC")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two developers' exports, one in each form; Ann's first session is in a second file of hers again."""
    place = tmp_path_factory.mktemp("team")
    (place / "repository").mkdir()
    for seed, name, form in ((1, "ann", "csv"), (2, "bob", "parquet"), (1, "ann", "parquet")):
        write_world(place / name, seed)
        file = str(place / f"{name}.{form}")
        arguments = ["--root", str(place / name), "--no-store", "--tz", "UTC", "--developer", name]
        done = tierwise(place / "repository", "export", file, *arguments)
        assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def files(folder: Path) -> list[str]:
    return [str(folder / name) for name in ("ann.csv", "bob.parquet", "ann.parquet")]


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, Any]:
    """What the single machine says of both developers' transcripts together."""
    roots = ["--root", str(folder / "ann"), "--root", str(folder / "bob")]
    return report_json(folder / "repository", *roots, "--no-store", "--tz", "UTC", "--by", "tier")


def assert_agrees(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert set(found) == set(expected)
    assert found["total"] == pytest.approx(expected["total"])
    rows = {row["key"]: row for row in found["rows"]}
    assert rows.keys() == {row["key"] for row in expected["rows"]}
    for row in expected["rows"]:
        assert rows[row["key"]] == pytest.approx(row)
    averages = expected["baselines"]["averages"]
    assert found["baselines"]["averages"]["mean_session_usd"] == pytest.approx(
        averages["mean_session_usd"]
    )
    assert found["baselines"]["averages"]["median_session_usd"] == pytest.approx(
        averages["median_session_usd"]
    )
    top, same = (item["baselines"]["counterfactuals"] for item in (found, expected))
    for name in ("low_usd", "high_usd", "actual_usd"):
        assert top["all-top"][name] == pytest.approx(same["all-frontier"][name], abs=1e-6)
    assert found["coverage"]["developers"] == 2
    assert found["coverage"]["duplicate_rows"] > 0


@pytest.mark.slow
def test_duckdb_in_memory_agrees_with_the_single_machine(
    files: list[str], expected: dict[str, Any]
) -> None:
    with open_backend("duckdb:", files) as backend:
        assert_agrees(team_document(backend, "tier", WINDOW), expected)


@pytest.mark.slow
def test_a_duckdb_file_agrees_too(
    files: list[str], expected: dict[str, Any], tmp_path: Path
) -> None:
    import duckdb

    from tierwise.teams.files import read_sql

    with duckdb.connect(str(tmp_path / "team.duckdb")) as connection:
        connection.execute(f"CREATE TABLE tierwise_usage AS {read_sql(files)}")
    with open_backend(f"duckdb:{tmp_path / 'team.duckdb'}", []) as backend:
        assert_agrees(team_document(backend, "tier", WINDOW), expected)


@pytest.mark.slow
@pytest.mark.parametrize("by", queries.KEYS)
def test_every_view_of_a_team_has_the_same_total(files: list[str], by: str) -> None:
    with open_backend("duckdb:", files) as backend:
        found = team_document(backend, by, WINDOW)
    for name in queries.SUMS:
        assert sum(row[name] or 0 for row in found["rows"]) == pytest.approx(
            found["total"][name] or 0
        ), name


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """A PostgreSQL of the test's own on a port of its own; its URL."""
    pytest.importorskip("psycopg", reason="the extra tierwise[teams] is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")) or [
        Path(shutil.which("pg_ctl") or "")
    ]
    if not found[-1].name:
        pytest.skip("no PostgreSQL server here (Debian: apt-get install postgresql)")
    # Not below pytest's own folder, which only this user may enter.
    place = Path(tempfile.mkdtemp(prefix="tierwise-pg-"))
    bin_folder, data = found[-1].parent, place / "data"
    user: dict[str, Any] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        import pwd

        try:
            account = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = {"user": account.pw_uid, "group": account.pw_gid}
        os.chown(place, account.pw_uid, account.pw_gid)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*call: str) -> None:
        done = subprocess.run(call, cwd=place, capture_output=True, text=True, check=False, **user)
        assert done.returncode == 0, done.stdout + done.stderr

    run(str(bin_folder / "initdb"), "-D", str(data), "-A", "trust", "-U", "team", "--no-sync")
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{place}' -c fsync=off"
    )
    run(
        str(bin_folder / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(place / "log"),
        "-o",
        options,
        "start",
    )
    try:
        yield f"postgresql://team@127.0.0.1:{port}/postgres"
    finally:
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(place)


@pytest.mark.slow
def test_postgresql_agrees_with_the_single_machine(
    postgres: str, files: list[str], expected: dict[str, Any]
) -> None:
    with open_backend(postgres, files) as backend:
        assert_agrees(team_document(backend, "tier", WINDOW), expected)


@pytest.mark.slow
def test_a_window_cuts_the_same_calls_on_postgresql_as_on_duckdb(
    postgres: str, files: list[str]
) -> None:
    with open_backend("duckdb:", files) as backend:
        times = ask(backend, "SELECT MIN(time) AS first, MAX(time) AS last FROM tierwise_usage")[0]
        middle = datetime.fromisoformat(times["first"])
        window = Window(
            since=middle.replace(microsecond=0),
            until=datetime.fromisoformat(times["last"]),
            zone=timezone.utc,
        )
        one = team_document(backend, "day", window)
    with open_backend(postgres, files) as backend:
        other = team_document(backend, "day", window)
    assert one["total"] == pytest.approx(other["total"])
    assert 0 < one["coverage"]["records"] < team_total(files)


def team_total(files: list[str]) -> int:
    with open_backend("duckdb:", files) as backend:
        return int(team_document(backend, "day", WINDOW)["coverage"]["records"])


@pytest.mark.slow
def test_spark_in_local_mode_agrees_with_the_single_machine(
    files: list[str], expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the compiler and the collector that pay only in long runs.
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed (the extra `spark`)")
    if shutil.which("java") is None:
        pytest.skip("no Java here (Debian: apt-get install openjdk-17-jre-headless)")
    with open_backend("spark:local[2]", files) as backend:
        assert_agrees(team_document(backend, "tier", WINDOW), expected)


@pytest.fixture(scope="module")
def clickhouse_url(folder: Path) -> Iterator[str]:
    if importlib.util.find_spec("chdb") is None:
        pytest.skip("ClickHouse's engine is not installed (pip install chdb)")
    exports = [str(folder / "ann.csv"), str(folder / "ann.csv"), str(folder / "bob.csv")]
    call = ["--root", str(folder / "bob"), "--no-store", "--tz", "UTC", "--developer", "bob"]
    assert tierwise(folder / "repository", "export", exports[-1], *call).returncode == 0
    names = {"text": "String", "count": "Int64", "money": "Decimal(28, 12)"}
    columns = ", ".join(f"{name} Nullable({names[kind]})" for name, kind in COLUMNS.items())
    with clickhouse(columns, exports) as url:
        yield url


@pytest.mark.slow
def test_clickhouse_agrees_with_the_single_machine(
    clickhouse_url: str, expected: dict[str, Any]
) -> None:
    with open_backend(clickhouse_url, []) as backend:
        assert_agrees(team_document(backend, "tier", WINDOW), expected)


@pytest.mark.slow
def test_what_clickhouse_says_is_wrong_is_passed_on(clickhouse_url: str) -> None:
    with (
        open_backend(clickhouse_url, []) as backend,
        pytest.raises(OutsideError, match=r"the query failed: .*UNKNOWN_TABLE"),
    ):
        ask(backend, "SELECT 1 FROM nowhere")


@pytest.mark.slow
def test_clickhouse_gets_every_query_in_its_own_words() -> None:
    import sqlglot

    for sql in (queries.view("t", "tier", "2026", None), queries.total("t", None, "2027")):
        said = sqlglot.transpile(sql, read="duckdb", write="clickhouse")[0]
        assert sqlglot.parse_one(said, read="clickhouse")


@pytest.mark.slow
def test_the_door_reads_exports_by_glob(folder: Path, expected: dict[str, Any]) -> None:
    arguments = ["--backend", "duckdb:", "--exports", str(folder / "*.parquet"), "--tz", "UTC"]
    found = report_json(folder / "repository", *arguments, "--by", "developer")
    assert {row["key"] for row in found["rows"]} == {"ann", "bob"}
    assert found["total"]["cost_usd"] == pytest.approx(expected["total"]["cost_usd"])
    shown = tierwise(folder / "repository", "report", *arguments).stdout
    assert "of 2 developers" in shown and "coverage:" in shown


@pytest.mark.slow
def test_a_teams_page_has_its_groups_and_loads_nothing(folder: Path) -> None:
    arguments = ["--backend", "duckdb:", "--exports", str(folder / "*.parquet"), "--tz", "UTC"]
    view = [*arguments, "--by", "developer", "--html", "team.html"]
    done = tierwise(folder / "repository", "report", *view)
    assert (done.stdout, done.stderr) == ("wrote team.html\n", "")
    page = (folder / "repository" / "team.html").read_text(encoding="utf-8")
    document = report_json(folder / "repository", *arguments, "--by", "developer")
    assert f"${document['total']['cost_usd']:,.2f}" in page
    for row in document["rows"]:
        assert f"{row['key']}: ${row['cost_usd']:,.2f}" in page
    assert "developer-day" in page
    assert not re.search(r'(?:src|href)="|url\(|@import', page)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "exports", "code", "said"),
    [
        ("duckdb:", [], 2, "there is nothing to read"),
        ("duckdb:", ["nothing-*.csv"], 2, "there is no such export"),
        ("clickhouse://127.0.0.1:1/x", ["{folder}/ann.csv"], 2, "reads a table, not files"),
        ("clickhouse://127.0.0.1:1/x", [], 4, "refused"),
        ("postgresql://127.0.0.1:1/x", [], 4, "does not answer"),
    ],
)
def test_what_does_not_answer_is_said_with_its_place(
    folder: Path, backend: str, exports: list[str], code: int, said: str
) -> None:
    options = [part for name in exports for part in ("--exports", name.format(folder=folder))]
    done = tierwise(folder / "repository", "report", "--backend", backend, *options)
    assert done.returncode == code, done.stderr
    assert said in done.stderr


@pytest.mark.slow
def test_the_single_machine_loads_nothing_of_it(folder: Path) -> None:
    program = (
        "import sys, json; from tierwise.cli import run; code = run(sys.argv[1:]);"
        "print(json.dumps([code, *sys.modules]), file=sys.stderr)"
    )
    for command in (["report"], ["report", "--html", "x.html"], ["export", "x.csv"], ["budget"]):
        call = [
            sys.executable,
            "-c",
            program,
            *command,
            "--no-store",
            "--root",
            str(folder / "ann"),
        ]
        done = subprocess.run(
            call, cwd=folder / "repository", capture_output=True, text=True, check=True
        )
        code, *modules = json.loads(done.stderr.splitlines()[-1])
        loaded = {name.split(".")[0] for name in modules} & {
            "duckdb",
            "sqlglot",
            "psycopg",
            "pyspark",
            "pyarrow",
            "rich",
        }
        assert (code, loaded) == (0, set()), command
        assert not any(name.startswith("tierwise.teams") for name in modules)

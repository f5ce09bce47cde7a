"""Files that report and export write: under a name of their kind, whole, and never over a pipe or a link."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from pathlib import Path

import pytest
from tests.support.measured import EXPLORE, MAIN, tierwise, write_calls


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "claude", MAIN, EXPLORE)


def test_an_export_is_not_written_under_a_name_of_another_kind(
    repository: Path, root: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "calls.xlsx"
    done = tierwise(repository, "export", str(sheet), "--root", str(root))
    assert done.returncode == 2
    assert "CSV or Parquet" in done.stderr
    assert not sheet.exists()
    assert (
        tierwise(
            repository, "export", str(sheet), "--format", "csv", "--root", str(root)
        ).returncode
        == 0
    )


@pytest.mark.parametrize("arguments", [("report", "--html"), ("export",)])
def test_a_folder_where_a_file_is_to_be_written_is_named_itself(
    repository: Path, root: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    done = tierwise(repository, *arguments, str(folder), "--root", str(root))
    assert done.returncode == 2
    assert f"File '{folder}' is a directory" in done.stderr
    assert [*folder.parent.glob(".*")] == [], "nothing is left behind"


@pytest.mark.parametrize("arguments", [("report", "--html"), ("export",)])
def test_a_pipe_is_written_into_and_never_replaced(
    repository: Path, root: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        try:
            done = tierwise(repository, *arguments, str(pipe), "--root", str(root))
            seen, _ = reader.communicate(timeout=60)
        finally:
            reader.kill()  # where the pipe was replaced nobody will ever write
    assert done.returncode == 0, done.stderr
    assert pipe.is_fifo() and seen.startswith(
        (b"<!doctype html>", b"<!DOCTYPE html>", b"developer,")
    )


def test_an_export_through_a_link_leaves_the_link_and_makes_the_folder(
    repository: Path, root: Path, tmp_path: Path
) -> None:
    target, link = tmp_path / "new" / "real.csv", tmp_path / "link.csv"
    assert tierwise(repository, "export", str(target), "--root", str(root)).returncode == 0
    first = target.read_bytes()
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert tierwise(repository, "export", str(link), "--root", str(root)).returncode == 0
    assert link.is_symlink() and target.read_bytes() == first


def test_an_export_has_one_line_a_call_and_no_word_of_a_prompt(
    repository: Path, root: Path
) -> None:
    done = tierwise(repository, "export", "--root", str(root), "--developer", "ann")
    lines = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(line["developer"], line["message_id"], line["tier"]) for line in lines] == [
        ("ann", "m1", "frontier"),
        ("ann", "m2", "light"),
    ]
    assert [line["cost_usd"] for line in lines] == ["0.200000000000", "0.005000000000"]
    assert (
        tierwise(repository, "export", "--root", str(root), "--format", "parquet").returncode == 2
    )


@pytest.mark.parametrize("backend", ["duckdb", "postgresql", "clickhouse", "spark"])
def test_the_table_of_a_backend_holds_twelve_digits(repository: Path, backend: str) -> None:
    done = tierwise(repository, "export", "--ddl", backend)
    assert done.returncode == 0
    assert done.stdout.startswith("CREATE TABLE tierwise_usage (\n  developer ")
    assert done.stdout.lower().count("(28, 12)") == 3

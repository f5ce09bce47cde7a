"""The ledger: many writers, crashes, rotation, and a hash that gives nothing away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise import fastjson, ledger
from tierwise.cli.reading import load_row

WRITER = """
import sys
from tierwise import ledger
ledger.PATIENCE = 60.0  # a busy machine must not make this a test of writing without the lock
root, writer, count, size, keep = sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:])
for number in range(count):
    ledger.append(root, {"row": "decision", "writer": writer, "number": number}, size=size, keep=keep)
"""


def write_from_many_processes(root: Path, writers: int, rows: int, size: int, keep: int) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(root), str(writer), str(rows), str(size), str(keep)]
        )
        for writer in range(writers)
    ]
    assert [process.wait() for process in started] == [0] * writers


@pytest.mark.slow
@pytest.mark.parametrize(
    "size", [ledger.SIZE, 64 << 10], ids=["one file", "turned over while writing"]
)
def test_32_processes_lose_no_row_and_tear_none(tmp_path: Path, size: int) -> None:
    write_from_many_processes(tmp_path, writers=32, rows=313, size=size, keep=100)

    rows = [(row["writer"], row["number"]) for row in ledger.read(str(tmp_path))]
    lines = b"".join(Path(name).read_bytes() for name in ledger.files(str(tmp_path))).splitlines()

    assert len(lines) == len(rows) == 32 * 313
    assert set(rows) == {(writer, number) for writer in range(32) for number in range(313)}
    assert all(Path(name).stat().st_size <= size for name in ledger.files(str(tmp_path)))
    if size < ledger.SIZE:
        assert len(ledger.files(str(tmp_path))) > 5


def test_a_row_torn_by_a_crash_costs_that_row_only(tmp_path: Path) -> None:
    root = str(tmp_path)
    ledger.append(root, {"row": "decision", "n": 1})
    with open(ledger.path(root), "ab") as handle:
        handle.write(b'{"row":"decision","n":2,"why":"the power w')
    ledger.append(root, {"row": "decision", "n": 3})

    assert [row["n"] for row in ledger.read(root)] == [1, 3]
    assert Path(ledger.path(root)).read_bytes().endswith(b"\n")


def test_a_foreign_line_is_passed_over(tmp_path: Path) -> None:
    root = str(tmp_path)
    ledger.append(root, {"row": "decision", "n": 1})
    with open(ledger.path(root), "ab") as handle:
        handle.write(b"\xff\xfe not json\n[1]\n{}}\n\n")
    ledger.append(root, {"row": "decision", "n": 2})

    assert [row["n"] for row in ledger.read(root)] == [1, 2]


def test_the_oldest_file_goes_when_there_are_more_than_kept(tmp_path: Path) -> None:
    root = str(tmp_path)
    for number in range(100):
        ledger.append(root, {"row": "decision", "n": number}, size=500, keep=2)

    names = [os.path.basename(name) for name in ledger.files(root)]
    kept = [row["n"] for row in ledger.read(root)]
    assert names == ["ledger.2.jsonl", "ledger.1.jsonl", "ledger.jsonl"]
    assert kept == list(range(100 - len(kept), 100))


def test_the_second_of_two_wirings_adds_no_row(tmp_path: Path) -> None:
    row = {"row": "decision", "tool_use_id": "toolu_1"}
    assert ledger.append_once(str(tmp_path), dict(row), "tool_use_id")
    assert not ledger.append_once(str(tmp_path), dict(row), "tool_use_id")
    assert ledger.append_once(str(tmp_path), {**row, "row": "served"}, "tool_use_id")
    assert len(list(ledger.read(str(tmp_path)))) == 2


def test_rows_that_belong_together_stand_in_one_file(tmp_path: Path) -> None:
    root = str(tmp_path)
    ledger.append(root, {"row": "decision", "number": 0})
    together = [{"row": "workflow", "number": number} for number in range(1, 4)]
    with ledger.Log(root, size=200) as log:
        log.write_rows(together)
    assert [row["number"] for row in ledger.read(root)] == [0, 1, 2, 3]
    newest = Path(ledger.path(root)).read_bytes().splitlines()
    assert len(newest) == len(together)
    assert len(ledger.files(root)) == 2


def test_a_ledger_that_is_not_there_reads_as_empty(tmp_path: Path) -> None:
    assert list(ledger.read(str(tmp_path))) == []


def test_a_writer_stopped_with_the_lock_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PATIENCE", 0.01)
    root = str(tmp_path)
    with ledger.Log(root):
        ledger.append(root, {"row": "decision", "n": 1})
    assert [row["n"] for row in ledger.read(root)] == [1]


def test_the_folder_never_shows_in_git_status(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    ledger.append(str(tmp_path), {"row": "decision"})
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], capture_output=True, check=True
    )
    assert status.stdout == b""


def test_the_same_words_have_the_same_fingerprint_only_within_one_clone(tmp_path: Path) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    for folder in (here, there):
        Path(folder).mkdir()
    assert ledger.fingerprint(here, "fix  the\nbug") == ledger.fingerprint(here, "fix the bug")
    assert ledger.fingerprint(here, "fix the bug") != ledger.fingerprint(here, "fix the bugs")
    assert ledger.fingerprint(here, "fix the bug") != ledger.fingerprint(there, "fix the bug")


@pytest.mark.slow
def test_processes_that_begin_together_share_one_key(tmp_path: Path) -> None:
    code = "import sys; from tierwise import ledger; print(ledger.fingerprint(sys.argv[1], 'x'))"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
        for _ in range(8)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert (tmp_path / ".tierwise/local/key").stat().st_mode & 0o077 == 0


def test_a_faster_reader_reads_the_same_rows(tmp_path: Path) -> None:
    root = tmp_path
    ledger.append(str(root), {"row": "flag", "note": "\ud800 ü", "time": "t"})
    ledger.append(str(root), {"row": "flag", "numbers": [1, 2.5, None, True], "time": "t"})
    with open(ledger.path(str(root)), "ab") as handle:
        handle.write(b'{"torn": \n[1]\nnoise\n')
    rows = list(ledger.read(str(root)))
    assert len(rows) == 2
    assert list(ledger.read(str(root), load_row)) == rows


def test_a_line_too_deep_for_any_reader_is_passed_over(tmp_path: Path) -> None:
    ledger.append(str(tmp_path), {"row": "a"})
    deep = b'{"row": "b", "deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    with open(ledger.path(str(tmp_path)), "ab") as file:
        file.write(deep)
    for loads in (load_row, fastjson.loads):
        assert [row["row"] for row in ledger.read(str(tmp_path), loads)] == ["a"]

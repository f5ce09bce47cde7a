"""The store: a second reading reads only what is new, and nothing that happens to it or the files changes a total."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.transcript_world import write_world
from tests.support.transcripts import Call, Truth, encode, meta, project, row, write

from tierwise.errors import OutsideError
from tierwise.transcripts import store as storing
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.records import Usage
from tierwise.transcripts.roots import default_store
from tierwise.transcripts.store import open_store

CALL = Call("msg_1", "s1", input=1000, output=200)

# Reads, and kills itself at the Nth call of a function: inside a transaction, before it, after it.
_READER = """
import os, signal, sys
from tierwise.transcripts.read import read_usage
left = int(sys.argv[3])
def count(frame, event, argument):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
if left:
    sys.setprofile(count)
print(len(read_usage([sys.argv[1]], store=sys.argv[2]).records))
"""


def _reader(root: Path, store: Path, kill_at: int = 0) -> subprocess.Popen[str]:
    call = [sys.executable, "-c", _READER, str(root), str(store), str(kill_at)]
    return subprocess.Popen(call, stdout=subprocess.PIPE, text=True)


def _ids(usage: Usage) -> set[str]:
    return {record.message_id for record in usage.records}


def _calls(number: int) -> list[Call]:
    return [replace(CALL, id=f"msg_{index}", at=CALL.at + index) for index in range(number)]


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """A transcript of five calls."""
    return write(project(tmp_path) / "s1.jsonl", *(row(call) for call in _calls(5)))


@pytest.fixture
def read(tmp_path: Path) -> Callable[[], Usage]:
    """Reads the temporary folder with a store beside it."""
    return lambda: read_usage([tmp_path], store=tmp_path / "store.sqlite3")


def test_only_what_is_new_is_read(main: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    for lines in ([], [row(replace(CALL, id="msg_new"))], []):
        write(main, *lines)
        told.append((-1, -1))
        read_usage(
            [tmp_path],
            store=tmp_path / "store.sqlite3",
            progress=lambda done, total: told.append((done, total)),
        )
    size, new = main.stat().st_size, len(encode(row(replace(CALL, id="msg_new"))))
    assert told == [(-1, -1), (size - new, size - new), (-1, -1), (new, new), (-1, -1)]


def test_history_survives_the_end_of_a_transcript(main: Path, read: Callable[[], Usage]) -> None:
    before = read()
    main.unlink()
    after = read()
    assert after.records == before.records
    assert after.coverage.gone_files == 1


def test_a_root_shows_only_its_own_history(tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    for name in ("a", "ab"):
        write(project(tmp_path / name) / "s.jsonl", row(replace(CALL, id=name)))
    read_usage([tmp_path / "a", tmp_path / "ab"], store=store)
    assert _ids(read_usage([tmp_path / "a"], store=store)) == {"a"}


def test_an_unfinished_line_is_read_again_once_it_is_whole(
    main: Path, read: Callable[[], Usage]
) -> None:
    line, whole = encode(row(replace(CALL, id="msg_late"))), main.stat().st_size
    for cut in (0, 300, len(line) - 1):
        os.truncate(main, whole)
        with main.open("ab") as handle:
            handle.write(line[:cut])
        usage = read()
        assert ("msg_late" in _ids(usage)) == (cut == len(line) - 1)
        assert usage.coverage.damaged_lines == (cut == 300)
    with main.open("ab") as handle:
        handle.write(b"\n")
    usage = read()
    assert usage.coverage.usage_rows == 6
    assert usage.coverage.damaged_lines == 0


def test_a_cut_file_keeps_the_calls_that_were_made(main: Path, read: Callable[[], Usage]) -> None:
    before = read()
    os.truncate(main, main.stat().st_size // 2)
    assert read().records == before.records
    write(main, b"\n", row(replace(CALL, id="msg_new")))
    assert _ids(read()) == _ids(before) | {"msg_new"}


@pytest.mark.parametrize("in_place", [True, False])
def test_a_rewritten_file_is_read_from_its_start(
    main: Path, read: Callable[[], Usage], in_place: bool
) -> None:
    read()
    pruned = b"".join(
        encode(row(call))
        for call in [*_calls(5)[2:], *(replace(CALL, id=f"new_{n}") for n in range(9))]
    )
    if in_place:
        main.write_bytes(pruned)
    else:
        (main.parent / "new").write_bytes(pruned)
        (main.parent / "new").replace(main)
    usage = read()
    assert _ids(usage) == {f"msg_{n}" for n in range(5)} | {f"new_{n}" for n in range(9)}
    assert usage.coverage.lines == 12


@pytest.mark.parametrize("rewritten", [b"msg_4", b"msg_2"], ids=["at its end", "in its middle"])
def test_a_file_of_the_same_size_and_time_but_other_content_is_read(
    main: Path, read: Callable[[], Usage], rewritten: bytes
) -> None:
    read()
    stat = main.stat()
    main.write_bytes(main.read_bytes().replace(rewritten, b"msg_x"))
    os.utime(main, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert "msg_x" in _ids(read())


@pytest.mark.parametrize("year", [0, 2_000_000_000])
def test_a_clock_set_back_or_forward_hides_nothing(
    main: Path, read: Callable[[], Usage], year: int
) -> None:
    read()
    write(main, row(replace(CALL, id="msg_new")))
    os.utime(main, (year, year))
    assert "msg_new" in _ids(read())
    assert read().coverage.usage_rows == 6


def test_an_agent_named_later_is_named_in_what_was_read_before(
    tmp_path: Path, read: Callable[[], Usage]
) -> None:
    path = write(
        project(tmp_path) / "s1" / "subagents" / "agent-a1.jsonl", row(replace(CALL, agent_id="a1"))
    )
    assert [record.agent for record in read().records] == ["unknown"]
    meta(path, "Explore", "toolu_5")
    usage = read()
    assert [(record.agent, record.tool_use_id) for record in usage.records] == [
        ("Explore", "toolu_5")
    ]
    assert usage.coverage.usage_rows == 1


def test_a_rebuilt_store_holds_the_same_and_keeps_what_is_gone(main: Path, tmp_path: Path) -> None:
    write(project(tmp_path) / "gone.jsonl", row(replace(CALL, id="msg_gone")))
    store = tmp_path / "store.sqlite3"
    before = read_usage([tmp_path], store=store)
    (project(tmp_path) / "gone.jsonl").unlink()
    assert read_usage([tmp_path], store=store, rebuild=True).records == before.records


def test_a_store_that_is_rebuilt_lacks_nothing_meanwhile(main: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    read_usage([tmp_path], store=store)
    known = []
    with open_store(store) as other:
        read_usage(
            [tmp_path],
            store=store,
            rebuild=True,
            progress=lambda done, total: known.append(other.load(str(main))),
        )
    assert known
    assert None not in known


def test_a_damaged_store_is_moved_aside_and_begun_anew(main: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    store.write_bytes(b"this is no database, but it is long enough to look like one" * 100)
    assert len(read_usage([tmp_path], store=store).records) == 5
    assert (tmp_path / "store.sqlite3.damaged").exists()


def test_a_store_damaged_inside_says_so_and_what_to_do(main: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    read_usage([tmp_path], store=store)
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE transcript SET content = x'ff00ff'")
    with pytest.raises(OutsideError, match="damaged") as caught:
        read_usage([tmp_path], store=store)
    assert "Move it away" in caught.value.remedy


def test_a_newer_store_is_left_alone(main: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite3"
    with sqlite3.connect(store) as connection:
        connection.execute(f"PRAGMA user_version = {storing.VERSION + 1}")
    with pytest.raises(OutsideError, match="newer Tierwise"):
        read_usage([tmp_path], store=store)


def test_a_store_that_cannot_be_made_says_where_and_what_to_do(main: Path, tmp_path: Path) -> None:
    with pytest.raises(OutsideError) as caught:
        read_usage([tmp_path], store=main / "store.sqlite3")
    assert "--no-store" in caught.value.remedy


def test_no_word_of_a_prompt_and_no_account_is_stored(
    tmp_path: Path, read: Callable[[], Usage]
) -> None:
    line = row(CALL)
    line["message"]["content"] = [{"type": "text", "text": "a secret plan"}]
    account = {
        "type": "attachment",
        "attachment": {"type": "session_context", "email": "who@example.org"},
    }
    write(
        project(tmp_path) / "s1.jsonl",
        line,
        account,
        {"type": "user", "message": {"role": "user", "content": "my ask"}},
    )
    assert len(read().records) == 1
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite3*"))
    for word in (b"secret", b"who@example.org", b"my ask"):
        assert word not in stored


def test_the_store_lies_in_the_user_s_data_folder() -> None:
    assert default_store({"XDG_DATA_HOME": "/data"}) == "/data/tierwise/usage.sqlite3"
    assert "tierwise" in default_store({"HOME": "/home/me"})


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_readers_killed_at_any_point_leave_totals_exact(tmp_path: Path, seed: int) -> None:
    rng, store, grown = random.Random(seed), tmp_path / "store.sqlite3", tmp_path / "grown"
    truth = write_world(tmp_path / "whole", seed, sessions=3, calls=6)
    for share in (0.3, 0.7, 1.0):
        _grow(tmp_path / "whole", grown, share)
        reader = _reader(grown, store, kill_at=rng.randrange(1, 5_000))
        reader.communicate()
    _assert_all(read_usage([grown], store=store), truth)
    assert read_usage([grown], store=store).records == read_usage([grown]).records


@pytest.mark.slow
def test_two_readers_at_once_leave_totals_exact(tmp_path: Path) -> None:
    store, grown = tmp_path / "store.sqlite3", tmp_path / "grown"
    truth = write_world(tmp_path / "whole", 99)
    readers = []
    for share in (0.3, 0.7, 1.0):
        _grow(tmp_path / "whole", grown, share)
        readers += [_reader(grown, store), _reader(grown, store)]
    for reader in readers:
        reader.communicate()
        assert reader.returncode == 0
    shutil.rmtree(grown)  # so that only what the readers wrote is left
    _assert_all(read_usage([grown], store=store), truth)


def _grow(whole: Path, grown: Path, share: float) -> None:
    """Append to the files under ``grown`` what they lack of ``share`` of those under ``whole``."""
    for path in sorted(path for path in whole.rglob("*") if path.is_file()):
        copy = grown / path.relative_to(whole)
        copy.parent.mkdir(parents=True, exist_ok=True)
        had = copy.stat().st_size if copy.exists() else 0
        with copy.open("ab") as handle:
            handle.write(path.read_bytes()[had : max(had, int(path.stat().st_size * share))])


def _assert_all(usage: Usage, truth: Truth) -> None:
    assert {key for key in _ids(usage) if "#" not in key} == set(truth.calls)
    for name, field in (
        ("input", "input_tokens"),
        ("output", "output_tokens"),
        ("read", "cache_read_tokens"),
    ):
        assert sum(getattr(record, field) for record in usage.records) == truth.total(name)


def test_rows_of_an_older_reader_are_read_again_where_the_files_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "usage.sqlite3"
    stays, goes = (project(tmp_path) / f"{name}.jsonl" for name in ("stays", "goes"))
    for path in (stays, goes):
        write(path, row(Call(f"msg_{path.stem}", path.stem, input=1000)))
    with monkeypatch.context() as older:
        older.setattr("tierwise.transcripts.follow.READER_VERSION", 1)
        older.setattr("tierwise.transcripts.scan.milliseconds", lambda text: 7)
        assert {record.timestamp for record in read_usage([tmp_path], store=store).records} == {7}
    goes.unlink()
    read = read_usage([tmp_path], store=store)
    assert {record.session: record.timestamp for record in read.records} == {
        "stays": 1_790_000_000_000,
        "goes": 7,
    }
    assert [record.rows for record in read.records] == [1, 1]

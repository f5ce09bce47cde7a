"""A user's conversations: what was read of them is kept, and read again only where it may be another."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.support.transcripts import Call, row, write

from tierwise.domain.table import load_default
from tierwise.session import history, turns
from tierwise.session.history import find_conversations, pick_main_calls
from tierwise.session.turns import SessionTurn
from tierwise.transcripts.read import read_usage
from tierwise.transcripts.roots import find_transcripts

SECRET = "Compare the two parsers xylophone-secret"


def said(text: str, second: int) -> dict[str, Any]:
    stamp = f"2026-11-01T10:00:{second:02d}.000Z"
    message = {"role": "user", "content": text}
    return {"type": "user", "sessionId": "s1", "timestamp": stamp, "message": message}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "usage.sqlite3"


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    path = tmp_path / "projects" / "p" / "s1.jsonl"
    write(path, said(SECRET, 1), row(Call("msg_1", "s1", output=10)))
    return path


def read(tmp_path: Path, store: Path | None, table: dict[str, Any] | None = None) -> Any:
    roots = [str(tmp_path)]
    calls = pick_main_calls(read_usage(roots, store=store).records)
    found = find_transcripts(roots)
    return list(find_conversations(found, calls, table or load_default(), store))


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> list[SessionTurn]:
        raise AssertionError(path)

    monkeypatch.setattr(history, "read_turns", fail)


def test_what_was_read_is_not_read_again(
    tmp_path: Path, store: Path, transcript: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(tmp_path, store)
    assert first == read(tmp_path, None)
    forbid_reading(monkeypatch)
    assert read(tmp_path, store) == first
    assert len(first[0]) == 1


def test_what_has_changed_is_read_again(tmp_path: Path, store: Path, transcript: Path) -> None:
    read(tmp_path, store)
    write(transcript, said("And now?", 2), row(Call("msg_2", "s1", output=10)))
    assert [len(conversation) for conversation in read(tmp_path, store)] == [2]


@pytest.mark.parametrize("what", ["policy", "program"])
def test_another_policy_or_program_reads_again(
    what: str, tmp_path: Path, store: Path, transcript: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = load_default()
    read(tmp_path, store, table)
    if what == "policy":
        table["session"]["up"] = []
    else:
        monkeypatch.setattr(history, "READING_VERSION", turns.READING_VERSION + 1)
    forbid_reading(monkeypatch)
    with pytest.raises(AssertionError):
        read(tmp_path, store, table)


def test_no_words_are_kept(tmp_path: Path, store: Path, transcript: Path) -> None:
    read(tmp_path, store)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("usage.sqlite3*"))
    assert b"msg_1" in kept
    assert b"xylophone" not in kept


def test_what_is_gone_is_dropped(tmp_path: Path, store: Path, transcript: Path) -> None:
    read(tmp_path, store)
    other = transcript.with_name("s2.jsonl")
    write(other, said("Hello", 1), row(Call("msg_9", "s2", output=10)))
    transcript.unlink()
    read(tmp_path, store)
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT path FROM conversation").fetchall() == [(str(other),)]


def test_a_store_of_another_shape_is_read_over(
    tmp_path: Path, store: Path, transcript: Path
) -> None:
    first = read(tmp_path, store)
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE conversation SET content = x'00'")
    assert read(tmp_path, store) == first

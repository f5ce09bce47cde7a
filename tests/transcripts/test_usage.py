"""What the readings of several files come to together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.one_call import CALL, COST, cost_of, main_file, only_record
from tests.support.transcripts import (
    row,
    write,
)

from tierwise.transcripts.read import read_usage


def test_a_fork_s_copy_belongs_to_the_session_it_was_made_in(tmp_path: Path) -> None:
    write(main_file(tmp_path, "b-origin"), row(replace(CALL, session="b-origin")))
    copied = row(CALL, sessionId="a-fork", forkedFrom={"sessionId": "b-origin", "messageUuid": "u"})
    write(main_file(tmp_path, "a-fork"), copied)
    record = only_record(tmp_path)
    assert (record.session, record.forked) == ("b-origin", False)


def test_a_fork_that_does_not_say_so_is_told_by_its_own_calls_being_later(tmp_path: Path) -> None:
    for number, (origin, fork) in enumerate((("a", "b"), ("d", "c"), ("f", "e"))):
        shared = replace(CALL, id=f"shared_{number}")
        own = (
            []
            if origin == "f"
            else [row(replace(CALL, id=f"own_{origin}", session=origin, at=CALL.at + 60))]
        )
        write(main_file(tmp_path, origin), row(replace(shared, session=origin)), *own)
        later = row(replace(CALL, id=f"own_{fork}", session=fork, at=CALL.at + 90))
        write(main_file(tmp_path, fork), row(replace(shared, session=fork)), later)
    sessions = {record.message_id: record.session for record in read_usage([tmp_path]).records}
    assert [sessions[f"shared_{number}"] for number in range(3)] == ["a", "d", "f"]


def test_a_fork_whose_origin_is_gone_still_counts_once(tmp_path: Path) -> None:
    write(
        main_file(tmp_path, "fork"),
        row(CALL, sessionId="fork", forkedFrom={"sessionId": "s1", "messageUuid": "u"}),
    )
    record = only_record(tmp_path)
    assert (record.session, record.forked) == ("fork", True)


def test_two_roots_with_the_same_call_count_it_once(tmp_path: Path) -> None:
    for root in ("one", "two"):
        write(main_file(tmp_path / root), row(CALL))
    assert cost_of(read_usage([tmp_path / "one", tmp_path / "two"])) == COST

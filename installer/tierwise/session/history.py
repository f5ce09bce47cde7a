"""A user's own conversations, put together for a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tierwise.session.choice import Reading
from tierwise.session.reading import read_for_session
from tierwise.session.replay import ReadTurn
from tierwise.transcripts.hindsight import describe_did, label_turn
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import Turn, read_turns


def find_conversations(
    transcripts: Iterable[Transcript], calls: Mapping[str, UsageRecord]
) -> Iterator[list[Turn]]:
    """Read the main transcripts that hold one of the calls, oldest first within a folder.

    A file that has gone or may not be read is passed over: what it told is not known.
    """
    for transcript in transcripts:
        if transcript.is_agent:
            continue
        try:
            turns = read_turns(Path(transcript.path))
        except OSError:
            continue
        kept = [turn for turn in turns if any(name in calls for name in turn.call_ids)]
        if kept:
            yield kept


def pick_main_calls(records: Iterable[UsageRecord]) -> dict[str, UsageRecord]:
    """Return the main conversation's own calls by their id."""
    return {record.message_id: record for record in records if record.is_main}


def make_reader(table: dict[str, Any]) -> ReadTurn:
    """Return what reads a turn by a compiled policy; each turn is read once."""
    known: dict[tuple[str, int], Reading] = {}

    def read(turn: Turn, before: Turn | None) -> Reading:
        key = (turn.session, turn.number)
        if key not in known:
            known[key] = read_for_session(
                turn.text, turn.answer_before, describe_last(before), table
            )
        reading = known[key]
        return Reading(reading.kind, reading.floor)

    return read


def describe_last(before: Turn | None) -> str:
    """Say what the turn before did, in the classifier's words."""
    if before is None:
        return ""
    return describe_did(label_turn(before))


def count_turns(conversations: Sequence[Sequence[Turn]]) -> int:
    """Count the turns of all conversations."""
    return sum(len(turns) for turns in conversations)

"""A user's own conversations, put together for a replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tierwise.session.turns import SessionTurn, summarise_turns
from tierwise.transcripts.records import UsageRecord
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import read_turns


def find_conversations(
    transcripts: Iterable[Transcript],
    calls: Mapping[str, UsageRecord],
    table: dict[str, Any],
) -> Iterator[list[SessionTurn]]:
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
        summaries = summarise_turns(turns, table)
        kept = [turn for turn in summaries if any(name in calls for name in turn.call_ids)]
        if kept:
            yield kept


def pick_main_calls(records: Iterable[UsageRecord]) -> dict[str, UsageRecord]:
    """Return the main conversation's own calls by their id."""
    return {record.message_id: record for record in records if record.is_main}

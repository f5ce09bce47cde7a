"""A turn as a replay needs it: what was known at its start and what came of it, without its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from tierwise.learning.reactions import find_reactions
from tierwise.session.choice import STEPS, Reading
from tierwise.session.commands import hands_over
from tierwise.session.lengths import TurnLengths
from tierwise.session.reading import read_for_session
from tierwise.session.size import WorkSoFar
from tierwise.transcripts.hindsight import (
    count_listed_steps,
    describe_did,
    enters_planning,
    find_edited_code,
    find_read_files,
    finishes_task,
    label_tools,
)
from tierwise.transcripts.turns import ToolUse, Turn

READING_VERSION = 8
"""Of what a turn's words mean.  Raise it with every change of that: the store reads older turns again."""


class SessionTurn(msgspec.Struct, gc=False):
    """One turn of a main conversation.

    ``call_ids``      its API messages, in their order
    ``label``         what it did, one of :data:`tierwise.transcripts.hindsight.LABELS`
    ``kind``, ``floor``, ``extent``, ``requested``
                      what it was read as before it ran; see :class:`tierwise.session.choice.Reading`
    ``edits``         how often it edited a code file
    ``raising_call``  the message after which a running router raises it; empty where none
    ``early_edits``   of the edits, those up to that message; all where none
    ``requests``      how many a turn of its kind was likely to take, by those before it
    ``reaction``      how the person took it: failing, correction, repeat, interrupt, thanks, or empty
    """

    session: str
    number: int
    call_ids: list[str]
    label: str
    kind: str = ""
    floor: str = ""
    extent: str = ""
    requested: str = ""
    is_planning: bool = False
    is_task_over: bool = False
    edits: int = 0
    raising_call: str = ""
    early_edits: int = 0
    reaction: str = ""
    requests: float = STEPS

    def make_reading(self) -> Reading:
        """Return what the turn was read as."""
        reading = Reading(
            self.kind,
            self.floor,
            self.is_planning,
        )
        reading.extent = self.extent
        reading.requested = self.requested
        reading.requests = self.requests
        return reading

    def count_edits_below(
        self,
        top: str,
        first: str,
        last: str,
    ) -> int:
        """Count the edits below the top tier of a turn that began and ended on these tiers."""
        if last != top:
            return self.edits
        if first != top:
            return self.early_edits
        return 0


class TurnLength(NamedTuple):
    """When a turn began, in milliseconds since 1970, and how many requests it took."""

    begun: int
    turn: SessionTurn
    requests: int


def expect_lengths(turns: Iterable[TurnLength]) -> None:
    """Tell each turn what was known of such turns when it began."""
    lengths = TurnLengths()
    for _, turn, requests in sorted(turns, key=attrgetter("begun")):
        turn.requests = lengths.expect_requests(turn.kind)
        lengths.note_turn(turn.kind, requests)


def summarise_turns(
    turns: Sequence[Turn],
    table: Mapping[str, Any],
) -> list[SessionTurn]:
    """Read the turns of one conversation by a compiled policy, in their order.

    A turn that no model answered costs nothing and is not read.
    """
    reactions = {turn.number: reaction for turn, reaction in find_reactions(turns)}
    found = []
    last_turn = ""
    for turn in turns:
        reading = Reading("")
        if turn.call_ids:
            reading = read_for_session(
                turn.text,
                turn.answer_before,
                last_turn,
                table,
            )
        summary = summarise_turn(turn, reading)
        summary.reaction = reactions.get(turn.number, "")
        last_turn = describe_did(summary.label)
        found.append(summary)
    return found


def summarise_turn(turn: Turn, reading: Reading) -> SessionTurn:
    """Keep what a replay needs of a turn that was read."""
    label = label_tools(turn.tools, is_planning=turn.is_planning)
    is_over = finishes_task(
        turn.tools,
        label=label,
        is_interrupted=turn.is_interrupted,
    )
    raising_call = _find_raising_call(turn)
    edits = _list_edits(turn)
    return SessionTurn(
        session=turn.session,
        number=turn.number,
        call_ids=turn.call_ids,
        label=label,
        kind=reading.kind,
        floor=reading.floor,
        extent=reading.extent,
        requested=reading.requested,
        is_planning=turn.is_planning,
        is_task_over=is_over or hands_over(turn.text),
        edits=len(edits),
        raising_call=raising_call,
        early_edits=_count_early(edits, turn.call_ids, raising_call),
    )


def _list_edits(turn: Turn) -> list[str]:
    """Return the message of each edit of a code file."""
    return [tool.call_id for tool in turn.tools if find_edited_code([tool])]


def _count_early(
    edits: Sequence[str],
    calls: Sequence[str],
    raising_call: str,
) -> int:
    """Count the edits up to the message that raises the turn."""
    if raising_call not in calls:
        return len(edits)
    last = calls.index(raising_call) + 1
    early = frozenset(calls[:last])
    return sum(call in early for call in edits)


def _find_raising_call(turn: Turn) -> str:
    """Return the message after which the turn shows to be large; empty where it never does."""
    edited: set[str] = set()
    read: set[str] = set()
    lists: list[ToolUse] = []
    edits = 0
    for tool in turn.tools:
        edits += len(find_edited_code([tool]))
        edited |= find_edited_code([tool])
        read |= find_read_files([tool])
        if count_listed_steps([tool]):
            lists.append(tool)
        work = WorkSoFar(
            len(edited),
            len(read),
            count_listed_steps(lists),
            edits,
        )
        if work.explain_size() or enters_planning([tool]):
            return tool.call_id
    return ""

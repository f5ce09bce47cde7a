"""A turn as a replay needs it: what was known at its start and what came of it, without its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

import msgspec

from tierwise.domain.table_shape import Table
from tierwise.learning.reactions import find_reactions
from tierwise.session.choice import STEPS, TurnReading
from tierwise.session.commands import hands_over
from tierwise.session.lengths import TurnLengths
from tierwise.session.reading import read_for_session
from tierwise.session.size import SAME_CALLS, WorkSoFar
from tierwise.session.standing import Standing
from tierwise.transcripts.hindsight import (
    count_listed_steps,
    describe_did,
    enters_planning,
    find_edited_code,
    find_read_files,
    finishes_task,
    is_stuck,
    label_tools,
)
from tierwise.transcripts.turns import RecordedTurn, ToolUse

READING_VERSION = 10
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
    ``keeps_models``  whether no router may change its models; see :mod:`tierwise.session.standing`
    ``pinned``        the tier that the conversation was pinned to; empty without
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
    is_stuck: bool = False
    edit_calls: list[str] = []
    raising_call: str = ""
    stalling_call: str = ""
    reaction: str = ""
    requests: float = STEPS
    keeps_models: bool = False
    pinned: str = ""

    def make_reading(self) -> TurnReading:
        """Return what the turn was read as."""
        reading = TurnReading(
            self.kind,
            self.floor,
            self.is_planning,
        )
        reading.extent = self.extent
        reading.requested = self.requested
        reading.is_stuck = self.is_stuck
        reading.requests = self.requests
        return reading


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
    turns: Sequence[RecordedTurn],
    table: Table,
) -> list[SessionTurn]:
    """Read the turns of one conversation by a compiled policy, in their order.

    A turn that no model answered costs nothing and is not read.
    """
    reactions = {turn.number: reaction for turn, reaction in find_reactions(turns)}
    found = []
    last_turn = ""
    was_stuck = False
    standing = Standing()
    for turn in turns:
        reading = TurnReading("")
        if turn.call_ids:
            reading = read_for_session(
                turn.text,
                turn.answer_before,
                last_turn,
                table,
            )
        summary = summarise_turn(turn, reading)
        summary.reaction = reactions.get(turn.number, "")
        summary.is_stuck = summary.is_stuck or was_stuck
        summary.pinned = standing.pinned
        summary.keeps_models = standing.begin_turn(turn, summary.requested)
        standing.end_turn(turn)
        if turn.call_ids:
            last_turn = describe_did(summary.label)
            was_stuck = is_stuck(turn.tools)
        found.append(summary)
    return found


def summarise_turn(turn: RecordedTurn, reading: TurnReading) -> SessionTurn:
    """Keep what a replay needs of a turn that was read."""
    label = label_tools(turn.tools, is_planning=turn.is_planning)
    is_over = finishes_task(
        turn.tools,
        label=label,
        is_interrupted=turn.is_interrupted,
    )
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
        is_stuck=reading.is_stuck,
        edit_calls=_list_edits(turn),
        raising_call=_find_raising_call(turn),
        stalling_call=_find_stalling_call(turn),
    )


def _list_edits(turn: RecordedTurn) -> list[str]:
    """Return the message of each edit of a code file."""
    return [tool.call_id for tool in turn.tools if find_edited_code([tool])]


def _find_raising_call(turn: RecordedTurn) -> str:
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


def _find_stalling_call(turn: RecordedTurn) -> str:
    """Return the message after which the turn shows to be stuck; empty where it never does.

    A running router looks where one tool was called on one target again and again.
    """
    counts: dict[tuple[str, str], int] = {}
    for place, tool in enumerate(turn.tools):
        key = (tool.name, tool.target)
        counts[key] = counts.get(key, 0) + 1
        so_far = turn.tools[: place + 1]
        if counts[key] % SAME_CALLS == 0 and is_stuck(so_far):
            return tool.call_id
    return ""

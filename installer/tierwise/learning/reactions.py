"""What the person said next: whether it tells that the work before it had failed.

The patterns are data (``reactions.json``), in a dozen languages.  Only the head of a text is read,
code and quotes left out; where nothing matches, nothing is told.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import (
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import Literal

from tierwise.domain.ledger_rows import read_text
from tierwise.learning.agent_work import find_turn_tests
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import RecordedTurn, read_turns
from tierwise.transcripts.typed import is_command

Reaction = Literal["failing", "correction", "repeat", "interrupt", "thanks"]

FAILURES: tuple[Reaction, ...] = (
    "failing",
    "correction",
    "repeat",
)
"""Reactions that tell of a failure; an interrupt alone does not."""

_BY_PRECEDENCE: tuple[tuple[str, Reaction | None], ...] = (
    ("failing", "failing"),
    ("new_work", None),
    ("correction", "correction"),
    ("thanks", "thanks"),
)
"""Names of patterns, the one that decides first at the front; new work is no reaction."""

Ids = defaultdict[int, list[str]]
"""A turn's number -> ids in the ledger."""

TURN = "turn"
"""The ledger's row of a turn of the main conversation."""

_HEAD = 240
"""Characters of a text that are read: a reaction stands at its beginning."""

_NEAR_IDENTICAL = 0.9
_SHORTEST_REPEAT = 20
"""Characters from which the same words twice are the same task: "go on" is none."""

_CODE = re.compile(
    r"```.*?(?:```|\Z)|`[^`]*`|\"[^\"]*\"",
    re.DOTALL,
)
_SPACE = re.compile(r"\s+")


def read_reaction(
    text: str,
    text_before: str = "",
) -> Reaction | None:
    """Return how a person takes what was done; None where the text does not tell.

    ``text_before`` is what they had asked for: the same words again are a repeat.
    """
    if is_command(text):
        return None
    if _is_repeat(text, text_before):
        return "repeat"
    head = _clean_text(text)
    patterns = _load_patterns()
    for name, reaction in _BY_PRECEDENCE:
        if patterns[name].search(head):
            return reaction
    return None


def find_reactions(turns: Sequence[RecordedTurn]) -> Iterator[tuple[RecordedTurn, Reaction]]:
    """Yield the turns of one conversation that were reacted to, each with the reaction."""
    for turn, following in zip_longest(turns, turns[1:]):
        reaction = None
        if following is not None:
            reaction = _read_answered(turn, following)
        if reaction is not None:
            yield turn, reaction
        elif turn.is_interrupted:
            yield turn, "interrupt"


def _read_answered(
    turn: RecordedTurn,
    following: RecordedTurn,
) -> Reaction | None:
    """Read what the next turn says of one.

    Where nothing was answered, as at a limit, the same words again send the task off and judge nothing.
    """
    before = ""
    if turn.answer:
        before = turn.text
    return read_reaction(following.text, before)


def join_reactions(
    turns: Sequence[RecordedTurn],
    decisions: Iterable[Mapping[str, object]],
) -> Iterator[dict[str, object]]:
    """Yield a row ``reaction`` for each spawn and each routed turn of one session that was reacted to.

    ``shared`` says that the turn had several spawns, so that the reaction may mean another one.  A routed turn that
    ran tests has a row ``tests`` too.
    """
    spawns, routed = _sort_into_turns(turns, decisions)
    for turn in turns:
        runs = find_turn_tests(turn.tools)
        if not runs:
            continue
        for one in routed[turn.number]:
            yield {
                "row": "tests",
                "turn": one,
                "before": runs[0],
                "after": runs[-1],
            }
    for turn, reaction in find_reactions(turns):
        found = {
            "tool_use_id": spawns[turn.number],
            "turn": routed[turn.number],
        }
        for key, ids in found.items():
            for one in ids:
                yield {
                    "row": "reaction",
                    key: one,
                    "reaction": reaction,
                    "shared": len(ids) > 1,
                }


def _sort_into_turns(
    turns: Sequence[RecordedTurn], decisions: Iterable[Mapping[str, object]]
) -> tuple[Ids, Ids]:
    """Return the calls of each turn's spawns, and the ids of its own decisions.  A turn's row is written at its end."""
    starts = [turn.started for turn in turns]
    spawns: Ids = defaultdict(list)
    routed: Ids = defaultdict(list)
    for row in decisions:
        moment = read_text(row, "time")
        place = bisect_right(starts, moment) - 1
        if place < 0:
            continue
        number = turns[place].number
        if row.get("tool_use_id"):
            spawns[number].append(str(row["tool_use_id"]))
        elif row.get("row") == TURN and row.get("turn"):
            routed[number].append(str(row["turn"]))
    return spawns, routed


def read_session_reactions(
    transcripts: Iterable[Transcript], rows: Iterable[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """Yield the rows ``reaction`` of all sessions that decisions were made in.

    A transcript that has gone or may not be read tells nothing.
    """
    decisions: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    for row in rows:
        if row.get("row") in ("decision", TURN):
            session = read_text(row, "session_id")
            decisions[session].append(row)
    for transcript in transcripts:
        path = Path(transcript.path)
        if transcript.is_agent or path.stem not in decisions:
            continue
        try:
            turns = read_turns(path)
        except OSError:
            continue
        yield from join_reactions(turns, decisions[path.stem])


def _is_repeat(text: str, before: str) -> bool:
    one = _fold_head(text)
    other = _fold_head(before)
    short, long = sorted((len(one), len(other)))
    # A ratio is at most that of the lengths.
    may_be_near = 2 * short >= _NEAR_IDENTICAL * (short + long)
    if short < _SHORTEST_REPEAT or not may_be_near:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _NEAR_IDENTICAL:
        return False
    return matcher.ratio() >= _NEAR_IDENTICAL


def _fold_head(text: str) -> str:
    """Return a text's head in small letters, with single blanks."""
    single = _SPACE.sub(" ", text[: 4 * _HEAD]).strip()
    return single.casefold()[:_HEAD]


def _clean_text(text: str) -> str:
    head = text[: 4 * _HEAD]
    plain = _CODE.sub(" ", head).replace("\u2019", "'")
    single = _SPACE.sub(" ", plain).strip(" ¡¿*>-")
    return single.casefold()[:_HEAD]


@cache
def _load_patterns() -> dict[str, re.Pattern[str]]:
    text = files(__package__).joinpath("reactions.json").read_text("utf-8")
    lists: dict[str, list[str]] = json.loads(text)
    patterns = {}
    for name, parts in lists.items():
        joined = "|".join(f"(?:{part})" for part in parts)
        patterns[name] = re.compile(joined)
    return patterns

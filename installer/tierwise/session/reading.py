"""What a turn asks for, before it runs.  Standard library only: a hook asks this."""

from tierwise.classify.turns import read_turn
from tierwise.routing.decide import decide
from tierwise.routing.own_words import apply_words
from tierwise.session.choice import TurnReading
from tierwise.session.commands import read_command
from tierwise.session.extent import explain_extent
from tierwise.session.rules import list_claude_tiers
from tierwise.transcripts.typed import is_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tierwise.classify.signals import Signals
    from tierwise.domain.table_shape import Table
    from tierwise.routing.decision import Decision

    Consult = Callable[[str, Signals, Decision], str]

AUTOMATED = "automated"
OPERATIONS = "operations"
LONGEST_TEXT = 20_000
"""Characters of a turn that are read; pasted logs are longer and say no more."""

SURE = 0.9
"""Confidence from which a kind may raise a turn or a conversation.  Turns lean on what was said
before them and name protected things in passing."""

_STILL_FAILS = (
    "still fail",
    "still broken",
    "still not work",
    "still doesn't work",
    "still does not work",
    "still the same error",
    "still getting the",
    "same error again",
    "didn't help",
    "did not help",
    "geht immer noch nicht",
    "funktioniert immer noch nicht",
)
_SHORT_COMPLAINT = 400
"""Characters up to which a message that says "still failing" is about the work at hand."""


def read_for_session(
    text: str,
    answer_before: str,
    last_turn: str,
    table: "Table",
    consult: "Consult | None" = None,
    words: "Iterable[object]" = (),
) -> TurnReading:
    """Read a turn by the compiled policy.

    ``consult``: names the kind of work that a model was asked for, or nothing.

    ``words``: corrections by own words, as :func:`tierwise.routing.own_words.load_words` reads them.

    ``last_turn``: what the turn before did: read, edit, run, plan, talk, or empty.
    """
    if is_command(text):
        return read_command(text, list_claude_tiers(table))
    reading = _read_work(
        text[:LONGEST_TEXT],
        answer_before,
        last_turn,
        table,
        consult,
        words,
    )
    reading.is_stuck = says_still_failing(text)
    return reading


def says_still_failing(text: str) -> bool:
    """Return whether a short message says that the work before did not help."""
    if len(text) > _SHORT_COMPLAINT:
        return False
    lower = text.lower()
    return any(words in lower for words in _STILL_FAILS)


def _read_work(
    text: str,
    answer_before: str,
    last_turn: str,
    table: "Table",
    consult: "Consult | None",
    words: "Iterable[object]",
) -> TurnReading:
    facts = table.get("repository") or {}
    turn = read_turn(
        text,
        answer_before,
        last_turn,
        facts,
    )
    apply_words(turn.signals, words, table)
    decision = decide(turn.signals, table)
    if decision.tier == AUTOMATED:
        return TurnReading(OPERATIONS)
    answered = ""
    if consult is not None:
        answered = consult(turn.work, turn.signals, decision)
    if answered:
        local = decision
        decision = decide(
            turn.signals,
            table,
            answered=answered,
        )
        decision.note_answer(local)
    reading = _read_decision(decision, table)
    reading.extent = explain_extent(
        text,
        answer_before,
        last_turn,
    )
    return reading


def _read_decision(
    decision: "Decision",
    table: "Table",
) -> TurnReading:
    kind = decision.kind
    is_sure = bool(decision.answered) or decision.confidence >= SURE
    if kind in table["session"]["up"] and not is_sure:
        kind = ""
    reading = TurnReading(kind)
    reading.answered = decision.answered
    is_protected = decision.kind in table["frontier_only"]["kinds"]
    if is_protected and decision.confidence >= SURE:
        reading.floor = decision.floor or ""
    reading.effort = decision.effort or ""
    reading.effort_tier = decision.tier
    if decision.override:
        reading.requested = decision.tier
    return reading

"""What a turn asks for, before it runs.  Standard library only: a hook asks this."""

from tierwise.classify.turns import read_turn
from tierwise.routing.decide import decide
from tierwise.session.choice import Reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AUTOMATED = "automated"
OPERATIONS = "operations"
LONGEST_TEXT = 20_000
"""Characters of a turn that are read; pasted logs are longer and say no more."""


def read_for_session(
    text: str, answer_before: str, last_turn: str, table: "dict[str, Any]"
) -> Reading:
    """Read a turn by the compiled policy.

    ``last_turn``: what the turn before did: read, edit, run, plan, talk, or empty.
    """
    turn = read_turn(text[:LONGEST_TEXT], answer_before, last_turn)
    decision = decide(turn.signals, table)
    if decision.tier == AUTOMATED:
        return Reading(OPERATIONS)
    floor = ""
    if decision.kind in table["frontier_only"]["kinds"]:
        floor = decision.floor or ""
    return Reading(decision.kind, floor)

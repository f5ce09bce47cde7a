"""How many requests a turn takes, by its kind of work: the user's own turns and a prior.  Standard library only.

The middle of them, not their mean: the logarithms are averaged, so that one endless turn moves little.
"""

import math

from tierwise.session.choice import STEPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

PRIOR_TURNS = 5
"""Turns of one kind that count as much as what is known of everybody's."""

MOST_TURNS = 1_000_000_000
MOST_REQUESTS = 1_000_000
"""Of one turn.  A kept figure above these is damage; numbers that large end in no float."""


class TurnLengths:
    """What was seen of turns, by kind: how many, and the sum of the logarithms of their requests."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}

    def note_turn(
        self,
        kind: str,
        requests: int,
    ) -> None:
        """Count a turn; one that asked nothing tells nothing, nor does a damaged figure."""
        if 0 < requests <= MOST_REQUESTS:
            turns, logarithms = self._seen.get(kind, (0, 0.0))
            self._seen[kind] = (turns + 1, logarithms + math.log(requests))

    def expect_requests(self, kind: str) -> float:
        """Return how many requests a turn of this kind is likely to take."""
        turns, logarithms = self._seen.get(kind, (0, 0.0))
        prior = PRIOR_TURNS * math.log(STEPS)
        return math.exp((prior + logarithms) / (PRIOR_TURNS + turns))

    def as_json(self) -> "dict[str, list[float]]":
        """Return what :func:`read_lengths` reads."""
        return {kind: list(seen) for kind, seen in self._seen.items()}


def read_lengths(known: object) -> TurnLengths:
    """Read what was kept; of what is damaged nothing is known."""
    lengths = TurnLengths()
    if not isinstance(known, dict):
        return lengths
    for kind, seen in known.items():
        try:
            turns, logarithms = int(seen[0]), float(seen[1])
        except (TypeError, ValueError, LookupError, OverflowError):
            continue
        longest = math.log(MOST_REQUESTS)
        if 0 < turns <= MOST_TURNS and 0 <= logarithms <= turns * longest:
            lengths._seen[str(kind)] = (turns, logarithms)
    return lengths


def learn_lengths(rows: "Iterable[Mapping[str, Any]]") -> TurnLengths:
    """Read the ledger's rows of turns."""
    lengths = TurnLengths()
    for row in rows:
        calls = row.get("calls")
        if row.get("row") == "turn" and isinstance(calls, int):
            lengths.note_turn(str(row.get("kind") or ""), calls)
    return lengths

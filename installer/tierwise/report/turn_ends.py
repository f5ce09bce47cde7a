"""Which calls of main conversations were made in turns that the session router had routed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from tierwise.domain.ledger_rows import RawRow, read_text
from tierwise.transcripts.merge import milliseconds
from tierwise.transcripts.records import UsageRecord

TURN = "turn"
ROUTED = "on"


class TurnEnds:
    """When the turns of each session ended, and which of them were routed, by the ledger's rows."""

    def __init__(self, ledger_rows: Iterable[RawRow]) -> None:
        self._ends: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for row in ledger_rows:
            if row.get("row") == TURN:
                end = milliseconds(read_text(row, "time"))
                session = read_text(row, "session_id")
                self._ends[session].append((end, row.get("routing") == ROUTED))
        for ends in self._ends.values():
            ends.sort()

    def count_routed(
        self,
        calls: Iterable[UsageRecord],
    ) -> int:
        """Return how many calls were made in routed turns."""
        if not self._ends:
            return 0
        return sum(map(self.was_routed, calls))

    def was_routed(self, call: UsageRecord) -> bool:
        """Return whether a call was made in a routed turn: the first of its session that ended after it."""
        ends = self._ends.get(call.session, [])
        place = bisect_left(
            ends,
            call.timestamp,
            key=itemgetter(0),
        )
        return place < len(ends) and ends[place][1]

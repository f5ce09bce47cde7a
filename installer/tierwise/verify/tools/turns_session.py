"""A session of a client without roles: one request after the other, each by a model of its own."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

from tierwise.verify.turns import Text
from tierwise.verify.wires.wire import (
    Reply,
    Route,
    Sent,
    Wire,
)


@dataclass
class TurnsSession:
    """``turns`` are the replies by the name of the model that is to say them, in this order.

    The first line of a reply tells the requests that follow it: a client hands it on to the next model.
    """

    wire: Wire
    turns: Mapping[str, str]
    requests: list[Sent] = field(default_factory=list)

    def answer(self, sent: Sent) -> Reply:
        """Tell what the provider says to a request."""
        self.requests.append(sent)
        turn = self._find_turn(sent)
        reply = Text(self.turns[turn])
        return self.wire.write_reply(sent, [reply])

    def find_route(self, role: str) -> Route | None:
        """Model and effort of the first request of a turn; None where there is none."""
        for sent in self.requests:
            if self._find_turn(sent) == role:
                return self.wire.read_route(sent)
        return None

    def measure_opening(self) -> int:
        """Measure the characters of the first request; 0 where none arrived."""
        if not self.requests:
            return 0
        return self.requests[0].count_characters()

    def _find_turn(self, sent: Sent) -> str:
        """Find the turn after the last reply that the request repeats; the last turn repeats itself."""
        names = list(self.turns)
        found = names[0]
        for said, following in itertools.pairwise(names):
            first_line, _, _ = self.turns[said].partition("\n")
            if first_line in sent.text:
                found = following
        return found

"""The span of time that a report covers."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple


class Window(NamedTuple):
    """What the report covers: ``since`` included, ``until`` not; None where that side is open."""

    since: datetime | None = None
    until: datetime | None = None
    zone: tzinfo | None = None
    """Of every day in the report; None is the machine's own."""
    zone_name: str = "local"

    def describe(self) -> str:
        """Return a text that no other window has; empty for all there is in the machine's own zone."""
        if self == Window():
            return ""
        return f"{self.since} {self.until} {self.zone} {self.zone_name}"

    def holds(self, text: object) -> bool:
        """Return whether a moment of the ledger (ISO 8601) lies inside; one that cannot be read belongs everywhere."""
        if self.since is None and self.until is None:
            return True
        try:
            moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
        except ValueError:
            return True
        if moment.tzinfo is None:
            return True
        begins_before = self.since is None or self.since <= moment
        ends_after = self.until is None or moment < self.until
        return begins_before and ends_after

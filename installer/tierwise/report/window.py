"""The span of time that a report covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo


@dataclass(frozen=True)
class Window:
    """What the report covers: ``since`` included, ``until`` not; None where that side is open."""

    since: datetime | None = None
    until: datetime | None = None
    zone: tzinfo | None = None
    """Of every day in the report; None is the machine's own."""
    zone_name: str = "local"

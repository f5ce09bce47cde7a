"""What is remembered of each path that Tierwise has written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Entry:
    """What is known of one path.

    ``part``: digest of our part (of the whole file, where it is ours whole); None where the user's file was
    left in place.  ``whole``: digest of the whole file as last written.  ``before``: the file without our
    part; None where there was none.  ``original``: what stood where our lines or keys are now.
    """

    part: str | None
    whole: str
    before: bytes | None = None
    original: Mapping[str, Any] = field(default_factory=dict)


State = Mapping[str, Entry]

"""The words of a plan: what a change is, and what it means for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tierwise.domain.record import Entry, State
    from tierwise.sync.journal import KeptEdit

Status = Literal[
    "same",  # as the policy says
    "new",  # to be written for the first time
    "missing",  # written once, deleted since
    "stale",  # the policy has changed since it was written
    "edited",  # changed by hand since it was written
    "foreign",  # a file of the user's stands where we would write
    "blocked",  # cannot be touched; `reason` says why
    "orphan",  # written once, no longer wanted
]

# What a status means, and the way out where there is something to do.
WORDS: Mapping[str, tuple[str, str]] = {
    "same": ("in sync", ""),
    "new": ("not written yet", "tierwise sync"),
    "missing": ("deleted by hand", "tierwise sync writes it again"),
    "stale": ("older than the policy", "tierwise sync"),
    "edited": (
        "edited by hand",
        "tierwise sync --force overwrites it and keeps a backup; --adopt leaves it yours",
    ),
    "foreign": (
        "yours, where Tierwise would write",
        "--adopt keeps it yours; --force replaces it, with a backup",
    ),
    "blocked": ("cannot be touched", "mend it or move it away, then tierwise sync"),
    "orphan": ("no longer in the policy", "tierwise sync removes it"),
}


@dataclass(frozen=True)
class Change:
    """One path: what stands there, what would stand there, and what is remembered of it afterwards.

    ``new`` is None where the file goes; ``writes`` is False where it stays as it is.  ``backups`` are contents
    of the user's that are taken from the disk, or from the record, and kept in files of their own.
    """

    path: str
    status: Status
    old: bytes | None
    new: bytes | None
    writes: bool
    entry: Entry | None
    mode: int | None = None
    reason: str = ""
    backups: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Every path that the policy or the state speaks of, sorted; the state it was made from, and the one it leaves."""

    changes: tuple[Change, ...]
    before: State
    kept_edits: tuple[KeptEdit, ...] = ()

    @property
    def state(self) -> dict[str, Entry]:
        return {change.path: change.entry for change in self.changes if change.entry is not None}

    @property
    def writes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.writes)

    @property
    def drift(self) -> tuple[Change, ...]:
        """What is not as the policy says."""
        return tuple(change for change in self.changes if change.status != "same")

    @property
    def kept(self) -> tuple[Change, ...]:
        """What stays different from the policy when the plan is applied."""
        return tuple(change for change in self.drift if not change.writes)

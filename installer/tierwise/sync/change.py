"""The words of a plan: what a change is, and what it means for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tierwise.repo import FOLDER

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
    "missing": ("not there any more", "tierwise sync writes it again"),
    "stale": ("older than the policy", "tierwise sync"),
    "edited": (
        "edited by hand",
        "tierwise sync --force overwrites it and keeps a backup; --adopt leaves it yours",
    ),
    "foreign": (
        "yours, where Tierwise would write",
        "it stays yours; tierwise install --force --only PATH replaces it, with a backup",
    ),
    "blocked": ("cannot be touched", "fix it or move it away, then tierwise sync"),
    "orphan": ("no longer in the policy", "tierwise sync removes it"),
}


@dataclass(frozen=True)
class FileChange:
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

    @property
    def left(self) -> bytes | None:
        """What stands there once the plan is applied; None for no file."""
        if self.writes:
            return self.new
        return self.old

    @property
    def is_users(self) -> bool:
        """Whether it is a file of the user's own; below ``.tierwise`` a stranger's file is a fault."""
        return self.status == "foreign" and not self.path.startswith(f"{FOLDER}/")


@dataclass(frozen=True)
class Plan:
    """Every path that the policy or the state speaks of, sorted; the state it was made from, and the one it leaves."""

    changes: tuple[FileChange, ...]
    before: State
    kept_edits: tuple[KeptEdit, ...] = ()

    @property
    def state(self) -> dict[str, Entry]:
        state = {}
        for change in self.changes:
            if change.entry is not None:
                state[change.path] = change.entry
        return state

    @property
    def writes(self) -> tuple[FileChange, ...]:
        return tuple(change for change in self.changes if change.writes)

    @property
    def drift(self) -> tuple[FileChange, ...]:
        """What is not as the policy says.  A file of the user's own is none of the policy's business."""
        changed = [change for change in self.changes if change.status != "same"]
        return tuple(change for change in changed if not change.is_users)

    @property
    def users(self) -> tuple[FileChange, ...]:
        """The user's own files that stand where Tierwise would write, and stay."""
        theirs = [change for change in self.changes if change.is_users]
        return tuple(change for change in theirs if not change.writes)

    @property
    def kept(self) -> tuple[FileChange, ...]:
        """What stays different from the policy when the plan is applied."""
        return tuple(change for change in self.drift if not change.writes)

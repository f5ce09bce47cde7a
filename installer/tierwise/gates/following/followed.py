"""Old tests as they follow a change, and how they ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.gates.following.levels import Level
from tierwise.gates.runs import Run


@dataclass(frozen=True)
class OldRun:
    """Old tests on the change's product: the tree, and how they ran there."""

    tree: str
    run: Run


@dataclass(frozen=True)
class Followed:
    """Old tests that follow the change up to a level: their files, how many lines follow, how they ran.

    ``level``: nothing where they only have the product's new names.
    """

    level: Level | None
    files: Mapping[str, bytes | None]
    lines: int
    tree: str
    run: Run

    @property
    def old(self) -> OldRun | None:
        """The run, where the old tests only have new names."""
        return OldRun(self.tree, self.run) if self.level is None else None

    def choose(self, lost: tuple[str, ...]) -> tuple[str, ...]:
        """Choose tests that did not come with moved functions; none where the old tests stay in place."""
        return () if self.level is None else lost

    def describe(self) -> str:
        """Say how much of the tests follows."""
        if self.level is None:
            return f"nothing follows the change but {self.lines} new names"
        return f"{self.lines} lines of the tests follow the change"

"""Where two versions of lines, tokens or letters differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Difference(Generic[_Item]):
    """What stood at a place and what stands there now; ``start``: where that begins in the new version."""

    was: Sequence[_Item]
    now: Sequence[_Item]
    start: int

    @property
    def places(self) -> range:
        """The places of the new items; empty where some only went."""
        return range(self.start, self.start + len(self.now))


def list_differences(
    was: Sequence[_Item],
    now: Sequence[_Item],
) -> Iterator[Difference[_Item]]:
    """Each place at which something went, came or was replaced, in their order."""
    matcher: SequenceMatcher[_Item] = SequenceMatcher(
        None,
        was,
        now,
        autojunk=False,
    )
    for kind, start, end, other, last in matcher.get_opcodes():
        if kind != "equal":
            yield Difference(
                was[start:end],
                now[other:last],
                other,
            )

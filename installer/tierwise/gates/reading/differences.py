"""Where two versions of lines, tokens or letters differ."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Generic, TypeVar

_Item = TypeVar("_Item")

# difflib looks at every pair of equal items, once for each block that it finds.  A part with more pairs is split at the
# items that both versions have once, as a patience diff does; what cannot be split so counts as replaced.
_MOST_PAIRS = 20_000
# An item may stand once in a part that stands twice in the whole, so a part is split again, but not without end.
_MOST_SPLITS = 4


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
    """Yield each place at which something went, came or was replaced, in their order."""
    yield from _compare(Difference(was, now, 0), _MOST_SPLITS)


def list_parts(
    was: Sequence[_Item],
    now: Sequence[_Item],
) -> Iterator[tuple[Sequence[_Item], Sequence[_Item]]]:
    """Yield both versions from head to end, part by part: those that are the same, and those that differ."""
    told = 0
    for difference in list_differences(was, now):
        same = now[told : difference.start]
        if same:
            yield same, same
        yield difference.was, difference.now
        told = difference.places.stop
    if now[told:]:
        yield now[told:], now[told:]


def _compare(
    part: Difference[_Item],
    splits: int,
) -> Iterator[Difference[_Item]]:
    """Yield the differences within a part of both versions."""
    if _count_pairs(part) > _MOST_PAIRS:
        part = _strip_equal_ends(part)
    if _count_pairs(part) <= _MOST_PAIRS:
        yield from _compare_items(part)
        return
    parts = _split(part) if splits else [part]
    if len(parts) == 1:
        yield part
        return
    for each in parts:
        yield from _compare(each, splits - 1)


def _count_pairs(part: Difference[_Item]) -> int:
    counts = Counter(part.now)
    return sum(map(counts.__getitem__, part.was))


def _compare_items(part: Difference[_Item]) -> Iterator[Difference[_Item]]:
    matcher: SequenceMatcher[_Item] = SequenceMatcher(
        None,
        part.was,
        part.now,
        autojunk=False,
    )
    for kind, start, end, other, last in matcher.get_opcodes():
        if kind != "equal":
            yield Difference(
                part.was[start:end],
                part.now[other:last],
                part.start + other,
            )


def _split(part: Difference[_Item]) -> list[Difference[_Item]]:
    """Split before, between and behind the items that both versions have once; each part begins with its item."""
    anchors = _list_in_order(_list_shared_once(part))
    ends = [(0, 0), *anchors, (len(part.was), len(part.now))]
    return [
        Difference(
            part.was[start:end],
            part.now[other:last],
            part.start + other,
        )
        for (start, other), (end, last) in pairwise(ends)
    ]


def _list_shared_once(part: Difference[_Item]) -> list[tuple[int, int]]:
    """List where the items stand that either version has once, in the order of the old one."""
    old, new = Counter(part.was), Counter(part.now)
    places = {item: place for place, item in enumerate(part.now) if new[item] == 1}
    return [
        (place, places[item])
        for place, item in enumerate(part.was)
        if old[item] == 1 and item in places
    ]


def _list_in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """List the longest run of pairs whose second places rise as the first do."""
    lowest: list[int] = []  # the last second place of a run of each length
    lengths = []
    for _, other in pairs:
        length = bisect_left(lowest, other)
        lowest[length : length + 1] = [other]
        lengths.append(length)
    chosen = []
    wanted = len(lowest) - 1
    for pair, length in zip(reversed(pairs), reversed(lengths), strict=True):
        if length == wanted:
            chosen.append(pair)
            wanted -= 1
    return chosen[::-1]


def _strip_equal_ends(part: Difference[_Item]) -> Difference[_Item]:
    """Strip a part of the items that are the same at its head and at its tail."""
    head = _count_equal(part.was, part.now)
    was, now = part.was[head:], part.now[head:]
    tail = _count_equal(was[::-1], now[::-1])
    return Difference(
        was[: len(was) - tail],
        now[: len(now) - tail],
        part.start + head,
    )


def _count_equal(
    was: Sequence[_Item],
    now: Sequence[_Item],
) -> int:
    """Count how many items are the same from the beginning on."""
    same = 0
    for old, new in zip(was, now, strict=False):
        if old != new:
            break
        same += 1
    return same

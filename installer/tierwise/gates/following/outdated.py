"""Tests that the task names as those that have to change."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.product import Product
from tierwise.gates.following.strength import (
    compares_wholes,
    is_safe,
)
from tierwise.gates.reading.blocks import find_block


def find_outdated(
    hunks: list[Hunk],
    before: list[str],
    product: Product,
) -> list[Hunk]:
    """Find what differs in such tests, if they stay as strong.  ``before``: the old lines of the file."""
    found: list[Hunk] = []
    for name in product.wording.outdated_tests:
        inner = list(_list_within(hunks, find_block(before, name)))
        whole = Hunk(
            [line for hunk in inner for line in hunk.was],
            [line for hunk in inner for line in hunk.now],
            [],
        )
        if compares_wholes(whole.now) and is_safe(whole, product):
            found += inner
    return found


def _list_within(
    hunks: list[Hunk],
    block: range,
) -> Iterator[Hunk]:
    """Yield the hunks that lie in a block of the old lines."""
    start = 0
    for hunk in hunks:
        end = start + len(hunk.was)
        if start in block and end - 1 in block and hunk.was != hunk.now:
            yield hunk
        start = end

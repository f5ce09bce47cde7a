"""The order of the tests for workers side by side: slow ones first in each share, none lost."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.support.shares import share_tests


@dataclass(frozen=True)
class Item:
    """As much of a collected test as its order is decided by."""

    path: str
    number: int
    mark: str = ""

    def get_closest_marker(self, name: str) -> str | None:
        return name if name == self.mark else None


ITEMS = [
    *(Item("a", number) for number in range(30)),
    *(Item("b", number, "slow") for number in range(3)),
    *(Item("c", number, "client") for number in range(4)),
    *(Item("d", number, "slow" if number % 2 else "") for number in range(6)),
    *(Item("e", number, "client") for number in range(2)),
]


def cut_shares(items: list[Item], workers: int) -> list[list[Item]]:
    """What xdist gives to each worker."""
    shares = []
    while workers:
        size = len(items) // workers
        shares.append(items[:size])
        items, workers = items[size:], workers - 1
    return shares


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_every_share_begins_with_its_slow_tests_and_no_test_is_lost(workers: int) -> None:
    ordered = share_tests(ITEMS, workers)  # type: ignore[arg-type]
    assert sorted(ordered, key=ITEMS.index) == ITEMS
    for share in cut_shares(ordered, workers):
        slow = [bool(item.mark) for item in share]
        assert slow == sorted(slow, reverse=True)


def test_a_files_slow_tests_stay_together_and_clients_come_first() -> None:
    shares = cut_shares(share_tests(ITEMS, 2), 2)  # type: ignore[arg-type]
    begins = ["".join(item.path for item in share if item.mark) for share in shares]
    assert begins == ["ccccbbb", "eeddd"]


def test_without_slow_tests_the_order_is_kept() -> None:
    assert share_tests(ITEMS[:30], 3) == ITEMS[:30]  # type: ignore[arg-type]

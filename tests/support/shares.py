"""A pytest plugin: the order in which workers side by side take the tests, so that no long one is left at the end.

xdist gives each worker an equal share of the list, and whoever is done takes from the end of another's share.  So the
slow tests stand at the beginning of every share, those of real clients before all others; a file's stay together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pytest

CLIENT, SLOW = "client", "slow"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        items[:] = share_tests(items, worker["workercount"])


def share_tests(tests: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """All tests, one worker's share after the other."""
    slow = [test for test in tests if _is_slow(test)]
    left = [test for test in tests if not _is_slow(test)]
    shared: list[pytest.Item] = []
    for number, first in enumerate(_deal_files(slow, workers)):
        size = (len(tests) - len(shared)) // (workers - number)
        room = max(0, size - len(first))
        shared += first + left[:room]
        left = left[room:]
    return shared + left


def _deal_files(tests: Sequence[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """Deal out whole files, one to each worker in turn, those of real clients first."""
    files = [list(group) for _, group in groupby(tests, key=lambda test: test.path)]
    files.sort(key=lambda file: file[0].get_closest_marker(CLIENT) is None)
    hands: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for number, file in enumerate(files):
        hands[number % workers] += file
    return hands


def _is_slow(test: pytest.Item) -> bool:
    return any(test.get_closest_marker(name) is not None for name in (SLOW, CLIENT))

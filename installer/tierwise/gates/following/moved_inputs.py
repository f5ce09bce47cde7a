"""What tests were given, and are given no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.strength import moves_input


def list_moved_inputs(tests: Iterable[ChangedTest]) -> Iterator[str]:
    """Yield lines of code that give a test a value which it lost, and of which the task does not speak."""
    for test in tests:
        if test.is_data:
            continue
        for hunk in test.list_unexplained_lines():
            if hunk.now and moves_input(hunk, test.product.task):
                yield "".join(hunk.was).strip()

"""What a piece of code does, counted: the same on every machine, however busy that is."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import ClassVar


def count_calls(function: Callable[[], object]) -> int:
    """How many functions, Python's own ones included, are called until a function has returned.

    Patterns that were built before are built anew, so that the order of calls does not count.
    """
    calls = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    re.purge()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return calls


class ComparedText(str):
    """A text that counts how often one of its kind is compared with another."""

    comparisons: ClassVar[int] = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        ComparedText.comparisons += 1
        return str.__eq__(self, other)

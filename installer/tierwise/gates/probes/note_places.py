"""Which noted assertion a place in a test belongs to, and the lines that lead to one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from tierwise.gates.probes.edits import Span
from tierwise.gates.probes.noting import NotedAssertion
from tierwise.gates.reading.blocks import is_within


def list_led_to(
    spans: dict[str, Span],
    positions: Sequence[int],
) -> Iterator[str]:
    """Yield the assertions among whose lines one of some positions is."""
    for place, (start, end) in spans.items():
        if any(start <= position < end for position in positions):
            yield place


def find_note(
    notes: Sequence[NotedAssertion],
    starts: Sequence[int],
    position: int,
) -> NotedAssertion | None:
    """Find the assertion in which a place stands, by where each starts."""
    index = bisect_right(starts, position) - 1
    if index < 0 or not notes[index].holds(position):
        return None
    return notes[index]


def find_span(text: str, note: NotedAssertion) -> Span:
    """Find the lines that lead to an assertion: its block's, the one that opens it, and those right above."""
    lines = text[: note.start].splitlines(keepends=True)
    line_start = text.rfind("\n", 0, note.start) + 1
    depth = note.start - line_start

    def is_in_block(line: str) -> bool:
        return is_within(line, depth)

    def is_filled(line: str) -> bool:
        return bool(line.strip())

    first = len(lines)
    if depth:
        opening = _go_up(lines, first, is_in_block) - 1
        first = max(0, opening)
    first = _go_up(lines, first, is_filled)
    start = sum(map(len, lines[:first]))
    return start, note.end


def _go_up(
    lines: Sequence[str],
    index: int,
    goes_on: Callable[[str], bool],
) -> int:
    while index > 0 and goes_on(lines[index - 1]):
        index -= 1
    return index

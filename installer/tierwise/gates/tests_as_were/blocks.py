"""The block of a file in which lines stand, by indentation: whatever the language."""

from __future__ import annotations


def list_block(lines: list[str], start: int, end: int) -> list[str]:
    """The block in which lines stand, by indentation; the paragraph, where nothing is indented."""
    inner = lines[start:end]
    if not inner:
        return _list_paragraph(lines, start, end)
    opened = list_body(lines, end - 1)
    depth = _find_least_depth(inner)
    if depth == 0:
        paragraph = _list_paragraph(lines, start, end)
        return paragraph + opened
    first = start
    while first > 0 and is_within(lines[first - 1], depth):
        first -= 1
    opening = max(0, first - 1)
    last = _find_end(lines, end, depth)
    return lines[opening:last] + opened


def list_body(lines: list[str], index: int) -> list[str]:
    """The more indented lines below one."""
    depth = _measure_depth(lines[index])
    first = index + 1
    last = _find_end(lines, first, depth + 1)
    return lines[first:last]


def _find_end(lines: list[str], position: int, depth: int) -> int:
    """Where the lines from a position on are no longer within a block of this depth."""
    while position < len(lines) and is_within(lines[position], depth):
        position += 1
    return position


def is_within(line: str, depth: int) -> bool:
    """Whether a line is blank, or indented as far as a block of this depth."""
    if not line.strip():
        return True
    return _measure_depth(line) >= depth


def _list_paragraph(lines: list[str], start: int, end: int) -> list[str]:
    first = start
    while first > 0 and lines[first - 1].strip():
        first -= 1
    last = end
    while last < len(lines) and lines[last].strip():
        last += 1
    return lines[first:last]


def _find_least_depth(lines: list[str]) -> int:
    """The depth of the least indented line; blank ones count only among themselves."""
    filled = [line for line in lines if line.strip()]
    counted = filled or lines
    return min(map(_measure_depth, counted))


def _measure_depth(line: str) -> int:
    bare = line.lstrip()
    return len(line) - len(bare)

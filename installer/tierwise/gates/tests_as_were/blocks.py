"""The block of a file in which lines stand, by indentation: whatever the language."""

from __future__ import annotations


def list_block(lines: list[str], start: int, end: int) -> list[str]:
    """The block in which lines stand, by indentation; the paragraph, where nothing is indented."""
    inner = [line for line in lines[start:end] if line.strip()] or lines[start:end]
    depth = min((_measure_depth(line) for line in inner), default=0)
    opened = list_body(lines, end - 1) if inner else []
    if depth == 0:
        return [*_list_paragraph(lines, start, end), *opened]
    first = start
    while first > 0 and (not lines[first - 1].strip() or _measure_depth(lines[first - 1]) >= depth):
        first -= 1
    last = end
    while last < len(lines) and (not lines[last].strip() or _measure_depth(lines[last]) >= depth):
        last += 1
    return [*lines[max(0, first - 1) : last], *opened]


def list_body(lines: list[str], index: int) -> list[str]:
    """The more indented lines below one."""
    depth = _measure_depth(lines[index])
    last = index + 1
    while last < len(lines) and (not lines[last].strip() or _measure_depth(lines[last]) > depth):
        last += 1
    return lines[index + 1 : last]


def _list_paragraph(lines: list[str], start: int, end: int) -> list[str]:
    first, last = start, end
    while first > 0 and lines[first - 1].strip():
        first -= 1
    while last < len(lines) and lines[last].strip():
        last += 1
    return lines[first:last]


def _measure_depth(line: str) -> int:
    return len(line) - len(line.lstrip())

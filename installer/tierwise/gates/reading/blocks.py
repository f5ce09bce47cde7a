"""The block of a file in which lines stand, by indentation: whatever the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from tierwise.gates.reading.tokens import list_code_names
from tierwise.gates.reports import strip_case

_OWN_NAME = re.compile(r"::|\.(?=\w+$)| > ")
_ATTRIBUTE = re.compile(r"\s*(?:@|#\[)")
_OPENING = re.compile(r"[({:]\s*$")
_DEFINITION = re.compile(r"\s*(?:async )?def ")
# How a test begins, in any of the usual languages.
_TEST = re.compile(
    r"\s*(?:(?:async|pub|public|static|private) )*(?:def|fn|func|void|sub|it|test|specify|subtest)\b"
)
_CLOSING = re.compile(r"\s*[\])}]")
_DEEPEST = 100  # columns before a test: what is indented line by line is not read anew for each


def list_block(
    lines: list[str],
    start: int,
    end: int,
) -> list[str]:
    """List the block in which lines stand, by indentation; the paragraph, where nothing is indented."""
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
    return lines[opening:last] + opened + _list_following(lines, last)


def list_test(lines: list[str], start: int) -> list[str]:
    """List the test in which a line stands, by the nearest less indented line that begins one; else nothing."""
    depth = _measure_depth(lines[start])
    for index in range(start - 1, -1, -1):
        if depth == 0:
            return []
        line = lines[index]
        if not line.strip() or _measure_depth(line) >= depth:
            continue
        depth = _measure_depth(line)
        if _TEST.match(line):
            return [line, *list_body(lines, index)]
    return []


def _list_following(lines: list[str], end: int) -> list[str]:
    """List what follows a list that closes at a line: a decorated function, or one that gets the list."""
    if end >= len(lines):
        return []
    if lines[end].strip() == "{":
        return list_body(lines, end)
    if not _CLOSING.match(lines[end]):
        return []
    following = end + 1
    if _OPENING.search(lines[end]):
        return lines[end : end + 1] + list_body(lines, end)
    if following < len(lines) and _DEFINITION.match(lines[following]):
        return lines[following : following + 1] + list_body(lines, following)
    return []


def list_body(lines: list[str], index: int) -> list[str]:
    """List the more indented lines below one."""
    depth = _measure_depth(lines[index])
    first = index + 1
    last = _find_end(lines, first, depth + 1)
    return lines[first:last]


def drop_blocks(
    lines: list[str], is_dropped: Callable[[list[str]], bool], names: Iterable[str]
) -> list[str]:
    """Drop the blocks of some tests from lines; each is asked about with its attributes behind it.

    ``names``: of the tests, as a report has them.
    """
    kept = list(lines)
    for name in names:
        start = _find_test(kept, name)
        if start is None:
            continue
        end = _end_block(kept, start)
        first = _find_attributes(kept, start)
        if is_dropped(kept[start:end] + kept[first:start]):
            del kept[first:end]
    return kept


def drop_each_block(
    lines: list[str],
    is_dropped: Callable[[list[str]], bool],
) -> list[str]:
    """Drop some blocks from lines, wherever they stand, and the attributes above these."""
    kept: list[str] = []
    start = 0
    while start < len(lines):
        end = _end_block(lines, start) if _may_begin_test(lines[start]) else start
        if end > start + 1 and is_dropped(lines[start:end]):
            del kept[_find_attributes(kept, len(kept)) :]
            start = end
        else:
            kept.append(lines[start])
            start += 1
    return kept


def _find_attributes(lines: list[str], start: int) -> int:
    """Find where the attributes above a line begin, over however many lines each goes."""
    first = start
    while first > 0:
        opening = first - 1
        if _CLOSING.match(lines[opening]):
            depth = _measure_depth(lines[opening])
            opening -= 1
            while opening > 0 and is_within(lines[opening], depth + 1):
                opening -= 1
        if not _ATTRIBUTE.match(lines[opening]):
            break
        first = opening
    return first


def _may_begin_test(line: str) -> bool:
    """Tell whether a line is neither blank nor indented further than tests are."""
    return bool(line.strip()) and _measure_depth(line) <= _DEEPEST


def own_name(test: str) -> str:
    """Return a test's name as its file gives it: without those of its file and class, and what its values are."""
    return _OWN_NAME.split(strip_case(test))[-1].strip()


def _find_test(lines: list[str], name: str) -> int | None:
    """Find the line that gives a test its name."""
    own = own_name(name)
    if not own:
        return None
    named = re.compile(rf"(?<!\w){re.escape(own)}(?!\w)")
    for index, line in enumerate(lines):
        if named.search(line):
            return index
    return None


def find_block(lines: list[str], name: str) -> range:
    """Find the lines of a test, with its attributes, by its name; none where it is not there."""
    start = _find_test(lines, name)
    if start is None:
        return range(0)
    return range(_find_attributes(lines, start), _end_block(lines, start))


def _end_block(lines: list[str], start: int) -> int:
    """Find where a line's block ends: after the more indented lines below it, and the one that closes them."""
    body = list_body(lines, start)
    end = start + 1 + len(body)
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    if body and end < len(lines) and _CLOSING.match(lines[end]):
        return end + 1
    return end


def _find_end(
    lines: list[str],
    position: int,
    depth: int,
) -> int:
    """Find where the lines from a position on are no longer within a block of this depth."""
    while position < len(lines) and is_within(lines[position], depth):
        position += 1
    return position


def is_within(line: str, depth: int) -> bool:
    """Tell whether a line is blank, or indented as far as a block of this depth."""
    if not line.strip():
        return True
    return _measure_depth(line) >= depth


def _list_paragraph(
    lines: list[str],
    start: int,
    end: int,
) -> list[str]:
    first = start
    while first > 0 and lines[first - 1].strip():
        first -= 1
    last = end
    while last < len(lines) and lines[last].strip():
        last += 1
    return lines[first:last]


def _find_least_depth(lines: list[str]) -> int:
    """Find the depth of the least indented line; blank ones count only among themselves."""
    filled = [line for line in lines if line.strip()]
    counted = filled or lines
    return min(map(_measure_depth, counted))


def _measure_depth(line: str) -> int:
    bare = line.lstrip()
    return len(line) - len(bare)


def list_subject(
    lines: list[str],
    start: int,
    end: int,
    subjects: Collection[str],
) -> list[str]:
    """List the block in which lines stand; their whole test, where the block names none of the subjects."""
    block = list_block(lines, start, end)
    if start == end or not list_code_names(block).isdisjoint(subjects):
        return block
    return list_test(lines, start) or block

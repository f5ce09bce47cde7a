"""Changing single frontmatter lines of a file that belongs to somebody else, and nothing but those lines.

Dumping frontmatter again would rewrite every file it touches; replacing one line's value keeps comments,
order, line ends, byte order mark and even YAML that does not parse.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

# `key: value  # comment`, the key plain or quoted, at the left margin.
_LINE = rb"""
    ^
    (?P<head> (?P<quote>["']?) %b (?P=quote) [ \t]* : )
    (?P<value> [^\r\n]*? )
    (?P<tail> [ \t]+ \# [^\r\n]* )?
    (?P<end> \r?\n | \Z )
"""
_FENCE = re.compile(rb"---[ \t]*(?:\r?\n|\Z)")

Values = Mapping[str, "str | None"]
"""Keys with their raw values; None for one that is absent, or is to be taken out."""
RawValues = dict[str, "str | None"]


def read_bom(data: bytes) -> bytes:
    """Return the byte order mark that a file begins with; empty where it has none."""
    if data.startswith(BOM_UTF8):
        return BOM_UTF8
    return b""


@dataclass(frozen=True)
class Block:
    """Where a file's frontmatter lies: from after the first fence to before the closing one."""

    start: int
    end: int
    newline: bytes


def frontmatter_block(data: bytes) -> Block | None:
    """Return the frontmatter of a file, or None where there is none (no fence, or never closed)."""
    offset = len(read_bom(data))
    opening = _FENCE.match(data, offset)
    if opening is None:
        return None
    start = position = opening.end()
    newline = b"\n"
    if opening.group().endswith(b"\r\n"):
        newline = b"\r\n"
    while position < len(data):
        if _FENCE.match(data, position):
            return Block(start, position, newline)
        following = data.find(b"\n", position)
        if following < 0:
            return None
        position = following + 1
    return None


def read_lines(data: bytes, keys: Iterable[str]) -> RawValues:
    """Return the raw values of top-level frontmatter keys, without comment and blanks; None for an absent key.

    A value that goes on over indented lines comes with them, so that splicing it in again restores it.
    """
    block = frontmatter_block(data)
    if block is None:
        return dict.fromkeys(keys)
    return read_block(data, block, keys)


def read_block(
    data: bytes,
    block: Block,
    keys: Iterable[str],
) -> RawValues:
    """Return the same for the lines of any block."""
    values: RawValues = dict.fromkeys(keys)
    for key in values:
        found = _find_key(data, block, key)
        if found is None:
            continue
        end = _entry_end(data, block, found)
        following = data[found.end() : end].rstrip(b"\r\n")
        value = found.group("value").strip()
        if following:
            value += found.group("end") + following
        values[key] = value.decode("utf-8", "surrogateescape")
    return values


def splice(data: bytes, values: Values) -> bytes:
    """Return ``data`` with each key's line set to its value, or taken out where the value is None.

    A key that is absent is added at the block's end.  A file without frontmatter comes back unchanged.
    """
    return splice_block(data, frontmatter_block, values)


def splice_block(
    data: bytes,
    find_block: Callable[[bytes], Block | None],
    values: Values,
) -> bytes:
    """Return the same for the lines of any block; ``find_block`` says where it is now."""
    for key, value in values.items():
        block = find_block(data)
        if block is None:
            return data
        data = _set_key(data, block, key, value)
    return data


def _set_key(
    data: bytes,
    block: Block,
    key: str,
    value: str | None,
) -> bytes:
    found = _find_key(data, block, key)
    if found is not None:
        start = found.start()
        end = _entry_end(data, block, found)
    else:
        start = end = block.end
    line = b""
    if value is not None:
        line = _write_line(key, value, found, block.newline)
    return data[:start] + line + data[end:]


def _write_line(
    key: str,
    value: str,
    found: re.Match[bytes] | None,
    newline: bytes,
) -> bytes:
    """Return a key's line; where one was found, the blanks before its value and the comment behind it stay."""
    encoded = value.encode("utf-8", "surrogateescape")
    if found is None:
        return key.encode() + b": " + encoded + newline
    before = found.group("value")
    blank = before[: len(before) - len(before.lstrip(b" \t"))] or b" "
    if not value:
        blank = b""
    tail = found.group("tail") or b""
    end = found.group("end") or newline
    return found.group("head") + blank + encoded + tail + end


def _find_key(
    data: bytes,
    block: Block,
    key: str,
) -> re.Match[bytes] | None:
    name = re.escape(key.encode())
    pattern = re.compile(
        _LINE % name,
        re.MULTILINE | re.VERBOSE,
    )
    last = None  # where a key stands twice, YAML libraries that take it at all take the last
    for found in pattern.finditer(data, block.start, block.end):
        value = found.group("value")
        if not value or value[:1] in b" \t":  # `model:x` is no key
            last = found
    return last


def _entry_end(
    data: bytes,
    block: Block,
    found: re.Match[bytes],
) -> int:
    """Return the end of an entry: its line, and the indented lines that continue its value."""
    end = found.end()
    while end < block.end and data[end : end + 1] in (b" ", b"\t"):
        following = data.find(b"\n", end, block.end)
        if following < 0:
            return block.end
        end = following + 1
    return end

"""Changing single frontmatter lines of a file that belongs to somebody else, and nothing but those lines.

Dumping frontmatter again would rewrite every file it touches; replacing one line's value keeps comments,
order, line ends, byte order mark and even YAML that does not parse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# `key: value  # comment`, the key plain or quoted, at the left margin.
_LINE = (
    rb"""(?P<head>(?P<quote>["']?)%b(?P=quote)[ \t]*:)(?P<value>[^\r\n]*?)"""
    rb"""(?P<tail>[ \t]+\#[^\r\n]*)?(?P<end>\r?\n|\Z)"""
)
_FENCE = re.compile(rb"---[ \t]*(?:\r?\n|\Z)")


@dataclass(frozen=True)
class Block:
    """Where a file's frontmatter lies: from after the first fence to before the closing one."""

    start: int
    end: int
    newline: bytes


def frontmatter_block(data: bytes) -> Block | None:
    """The frontmatter of a file, or None where there is none (no fence, or never closed)."""
    offset = 3 if data.startswith(b"\xef\xbb\xbf") else 0
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


def read_lines(data: bytes, keys: Mapping[str, str | None] | list[str]) -> dict[str, str | None]:
    """The raw values of top-level frontmatter keys, without comment and blanks; None for an absent key.

    A value that goes on over indented lines comes with them, so that splicing it in again restores it.
    """
    block = frontmatter_block(data)
    if block is None:
        return dict.fromkeys(keys)
    return read_block(data, block, keys)


def read_block(
    data: bytes, block: Block, keys: Mapping[str, str | None] | list[str]
) -> dict[str, str | None]:
    """The same for the lines of any block."""
    values: dict[str, str | None] = dict.fromkeys(keys)
    for key in values:
        found = _find_key(data, block, key)
        if found is not None:
            end = _entry_end(data, block, found)
            following = data[found.end() : end].rstrip(b"\r\n")
            value = found.group("value").strip()
            if following:
                value += found.group("end") + following
            values[key] = value.decode("utf-8", "surrogateescape")
    return values


def splice(data: bytes, values: Mapping[str, str | None]) -> bytes:
    """``data`` with each key's line set to its value, or taken out where the value is None.

    A key that is absent is added at the block's end.  A file without frontmatter comes back unchanged.
    """
    return splice_block(data, frontmatter_block, values)


def splice_block(
    data: bytes, find_block: Callable[[bytes], Block | None], values: Mapping[str, str | None]
) -> bytes:
    """The same for the lines of any block; ``find_block`` says where it is now."""
    for key, value in values.items():
        block = find_block(data)
        if block is None:
            return data
        data = _set_key(data, block, key, value)
    return data


def _set_key(data: bytes, block: Block, key: str, value: str | None) -> bytes:
    found = _find_key(data, block, key)
    if found is None and value is None:
        return data
    if found is None:
        line = key.encode() + b": " + _encode_value(value) + block.newline
        return data[: block.end] + line + data[block.end :]
    before = data[: found.start()]
    after = data[_entry_end(data, block, found) :]
    if value is None:
        return before + after
    return before + _write_entry(found, value, block.newline) + after


def _write_entry(found: re.Match[bytes], value: str, newline: bytes) -> bytes:
    """The line that was found with another value: the blanks before it and the comment behind it stay."""
    text = found.group("value")
    blank = text[: len(text) - len(text.lstrip(b" \t"))] or b" "
    if not value:
        blank = b""
    tail = found.group("tail") or b""
    end = found.group("end") or newline
    return found.group("head") + blank + _encode_value(value) + tail + end


def _encode_value(value: str | None) -> bytes:
    return (value or "").encode("utf-8", "surrogateescape")


def _find_key(data: bytes, block: Block, key: str) -> re.Match[bytes] | None:
    pattern = re.compile(rb"^" + _LINE % re.escape(key.encode()), re.MULTILINE | re.VERBOSE)
    last = None  # where a key stands twice, YAML libraries that take it at all take the last
    for found in pattern.finditer(data, block.start, block.end):
        value = found.group("value")
        if not value or value[:1] in b" \t":  # `model:x` is no key
            last = found
    return last


def _entry_end(data: bytes, block: Block, found: re.Match[bytes]) -> int:
    """The end of an entry: its line, and the indented lines that continue its value."""
    end = found.end()
    while end < block.end and data[end : end + 1] in (b" ", b"\t"):
        following = data.find(b"\n", end, block.end)
        end = block.end if following < 0 else following + 1
    return end

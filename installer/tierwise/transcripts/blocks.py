"""The parts of a transcript line that tell what was said and done, as msgspec reads them out of the bytes.

What a line holds besides is skipped over.  Every field may be absent or null: clients of two years differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

NOTHING = msgspec.Raw(b"null")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_Input = TypeVar("_Input")


class Block(msgspec.Struct, gc=False):
    """A part of a message: words, the call of a tool, or a tool's result."""

    type: str | None = None
    text: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = NOTHING
    tool_use_id: str | None = None
    is_error: bool | None = None


class SaidMessage(msgspec.Struct, gc=False):
    """``message`` of a line; its content is words or a list of blocks."""

    id: str | None = None
    model: str | None = None
    content: msgspec.Raw = NOTHING


class SaidLine(msgspec.Struct, gc=False):
    """A line of the person's, the model's or a tool's."""

    type: str | None = None
    timestamp: str | None = None
    sessionId: str | None = None  # noqa: N815  the client's spelling, here and below
    isSidechain: bool | None = None  # noqa: N815
    isMeta: bool | None = None  # noqa: N815
    isCompactSummary: bool | None = None  # noqa: N815
    permissionMode: str | None = None  # noqa: N815
    message: SaidMessage | None = None


_LINE = msgspec.json.Decoder(SaidLine)
_BLOCKS = msgspec.json.Decoder(list[Block])
_TEXT = msgspec.json.Decoder(str)
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def read_line(data: bytes) -> SaidLine | None:
    """Return a line; None where it is damaged."""
    try:
        return _LINE.decode(data)
    except _UNREADABLE:
        return None


def iterate_blocks(line: SaidLine | None) -> Iterator[Block]:
    """Yield the blocks of a line's message; none where it has words alone or is damaged."""
    if line is None or line.message is None:
        return
    try:
        yield from _BLOCKS.decode(line.message.content)
    except _UNREADABLE:
        return


def read_input(block: Block, decoder: msgspec.json.Decoder[_Input]) -> _Input | None:
    """Return what a tool was called with; None where it is of another shape."""
    try:
        return decoder.decode(block.input)
    except _UNREADABLE:
        return None


def read_words(content: msgspec.Raw) -> str | None:
    """Return the words of a content that is no list of blocks; None for a list and for what is damaged."""
    try:
        return _TEXT.decode(content)
    except _UNREADABLE:
        return None


def count_items(content: msgspec.Raw) -> int:
    """Return the length of a list; 0 for anything else."""
    try:
        return len(_LIST.decode(content))
    except _UNREADABLE:
        return 0

"""The parts of a transcript line that tell what was said and done, as msgspec reads them out of the bytes.

What a line holds besides is skipped over.  Every field may be absent or null: clients of two years differ.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from tierwise.transcripts import decode

NOTHING = msgspec.Raw(b"null")
_Input = TypeVar("_Input")


class ContentBlock(msgspec.Struct, gc=False):
    """A part of a message: words, the call of a tool, or a tool's result."""

    type: str | None = None
    text: str | None = None
    id: str | None = None
    name: str | None = None
    input: msgspec.Raw = NOTHING
    tool_use_id: str | None = None
    is_error: bool | None = None
    content: msgspec.Raw = NOTHING


class _Words(msgspec.Struct, gc=False):
    text: str | None = None


class _Message(msgspec.Struct, gc=False):
    id: str | None = None
    model: str | None = None


class SaidMessage(_Message, gc=False):
    """``message`` of a line; ``content`` is words or a list of blocks, None where it is damaged."""

    content: str | list[ContentBlock] | None = None


class _Line(msgspec.Struct, gc=False):
    type: str | None = None
    timestamp: str | None = None
    sessionId: str | None = None  # noqa: N815  the client's spelling, here and below
    isSidechain: bool | None = None  # noqa: N815
    isMeta: bool | None = None  # noqa: N815
    isCompactSummary: bool | None = None  # noqa: N815
    permissionMode: str | None = None  # noqa: N815


class SaidLine(_Line, gc=False):
    """A line of the person's, the model's or a tool's."""

    message: SaidMessage | None = None


class _BareLine(_Line, gc=False):
    message: _Message | None = None


_LINE = msgspec.json.Decoder(SaidLine)
_RESULT = msgspec.json.Decoder(str | list[_Words] | None)
_BARE_LINE = msgspec.json.Decoder(_BareLine)


def read_line(data: bytes) -> SaidLine | None:
    """Return a line; None where it is damaged.

    A content of another shape costs the content alone, and half a character that character.
    """
    try:
        return _LINE.decode(data)
    except decode.UNREADABLE:
        pass
    try:
        return msgspec.convert(
            _BARE_LINE.decode(data),
            SaidLine,
            from_attributes=True,
        )
    except decode.UNREADABLE:
        return decode.read(_LINE, data)


def list_blocks(line: SaidLine | None) -> list[ContentBlock]:
    """Return the blocks of a line's message; none where it has words alone or is damaged."""
    if line is None or line.message is None or not isinstance(line.message.content, list):
        return []
    return line.message.content


def read_input(
    block: ContentBlock,
    decoder: msgspec.json.Decoder[_Input],
) -> _Input | None:
    """Return what a tool was called with; None where it is of another shape."""
    try:
        return decoder.decode(block.input)
    except decode.UNREADABLE:
        return None


def read_result(block: ContentBlock) -> str:
    """Return the words of a tool's result; empty where it has none."""
    try:
        found = _RESULT.decode(block.content)
    except decode.UNREADABLE:
        return ""
    if isinstance(found, str):
        return found
    return "\n".join(words.text or "" for words in found or ())

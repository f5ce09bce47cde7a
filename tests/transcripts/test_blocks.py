"""What was said and done, read out of a line."""

from __future__ import annotations

import json

from tierwise.transcripts.blocks import list_blocks, read_line


def line(content: object) -> bytes:
    return json.dumps({"type": "user", "message": {"id": "m", "content": content}}).encode()


def test_words_are_no_blocks() -> None:
    read = read_line(line("hello"))
    assert read is not None
    assert read.message is not None
    assert (read.message.content, list_blocks(read)) == ("hello", [])


def test_blocks_come_in_their_order() -> None:
    content = [{"type": "text", "text": "a"}, {"type": "tool_use", "name": "Bash", "input": {}}]
    assert [block.type for block in list_blocks(read_line(line(content)))] == ["text", "tool_use"]


def test_a_content_of_another_shape_costs_the_content_alone() -> None:
    damaged = [
        line({"text": "a"}),
        line([{"type": "text", "text": 5}]),
    ]
    for data in damaged:
        read = read_line(data)
        assert read is not None
        assert read.message is not None
        assert (read.type, read.message.id, read.message.content) == ("user", "m", None)


def test_half_a_character_costs_that_character() -> None:
    """A client that cuts a text inside an emoji writes one half of it."""
    read = read_line(b'{"type":"user","message":{"content":"fix it \\ud83d"}}')
    assert read is not None
    assert read.message is not None
    assert read.message.content == "fix it ?"


def test_a_damaged_line_is_none() -> None:
    assert read_line(b'{"type": "user", broken') is None
    assert list_blocks(None) == []

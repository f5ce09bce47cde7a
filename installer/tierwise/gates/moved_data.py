"""Data of the product that go elsewhere, and not all of which arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tierwise.gates.naming import mentions
from tierwise.gates.new_code import Block, list_blocks
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.tests_as_were.wording import REMOVES
from tierwise.git.snapshot import Change

_TEXT = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'")
_WORD = re.compile(r"[^\W\d_]{2}")
_LEAST_MOVED = 3  # texts of a block that are found elsewhere


def find_lost_data(
    changes: Sequence[Change],
    task: str,
) -> Iterator[str]:
    """Texts of a block that went from the product, most of which are in another file now, and some nowhere."""
    if REMOVES.search(task):
        return
    for block in _list_removed_blocks(changes):
        gone = _list_gone(block, changes)
        unnamed = [text for text in gone if not mentions(task, text)]
        if unnamed:
            yield f"{block.place}: went elsewhere without {', '.join(unnamed)}"


def _list_gone(
    block: Block,
    changes: Sequence[Change],
) -> list[str]:
    """What of a removed block is nowhere now, where at least as much of it is in another file."""
    own = ""
    elsewhere = ""
    for change in changes:
        text = change.text_after
        if change.path == block.path:
            own += text
        elif not decides(change.path):
            elsewhere += text
    texts = _list_texts(block.text)
    moved = {text for text in texts if text in elsewhere}
    lost = texts - moved
    if len(moved) < max(_LEAST_MOVED, len(lost)):
        return []
    return sorted(text for text in lost if text not in own)


def _list_removed_blocks(changes: Sequence[Change]) -> Iterator[Block]:
    """What stood together in the product and is gone from its file."""
    turned = [Change(change.path, change.after or b"", change.before) for change in changes]
    return list_blocks(turned)


def _list_texts(code: str) -> set[str]:
    """The texts in a piece of code that have words."""
    found = (first or second for first, second in _TEXT.findall(code))
    return {text for text in found if _WORD.search(text)}

"""Files out of a model's answer, for engines that answer instead of editing.

The format is one block a file, whole content, so that a small model can keep to it::

    === FILE: src/app.py
    <content>
    === END
"""

from __future__ import annotations

import os
import re

from tierwise.cascade.model import Order
from tierwise.contained import find_inside, is_plain_path
from tierwise.files import read_bytes, write_atomic

INSTRUCTION = """Answer with every file that you change, whole, each in a block of this form and nothing else around it:
=== FILE: path/relative/to/the/repository
<the file's whole new content>
=== END"""

_BLOCK = re.compile(
    r"^=== FILE: *(?P<path>[^\n]+?) *\n(?P<content>.*?)^=== END *$",
    re.S | re.M,
)
_BEGIN = re.compile(r"^=== FILE: *(?P<path>[^\n]+?) *$", re.M)
_FENCE = re.compile(
    r"\A```[\w+-]*\n(?P<inside>.*?)^```\s*\Z",
    re.S | re.M,
)
# Models that think aloud draft files there; only what follows is the answer.  What a file's own text says of such tags
# is its content: a block is passed over whole.
_THINKING = re.compile(
    r"(?P<file>^=== FILE: *[^\n]+\n.*?^=== END *$)|<(?P<tag>think|thinking|reasoning)>.*?(</(?P=tag)>|\Z)",
    re.S | re.I | re.M,
)
# Where the prompt's template has opened the thinking, the answer only closes it.
_OPENED_BEFORE = re.compile(
    r"\A(?:(?!<(?:think|thinking|reasoning)>).)*?^\s*</(?:think|thinking|reasoning)>\s*$",
    re.S | re.I | re.M,
)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def describe_system(order: Order) -> str:
    """Return the stable part of a prompt, with the form that files have in an answer where it is to have some."""
    if not order.edits:
        return order.stable
    return f"{order.stable}\n\n{INSTRUCTION}"


class AnswerError(ValueError):
    """An answer that cannot be taken over; its text says why, and nothing was written."""


def write_answer(text: str, folder: str) -> list[str]:
    """Write the answer's files below ``folder``; return the paths written.

    Line ends and a byte order mark stay as the file had them.  Raises AnswerError where there is no block, one has no
    end, a path leads out of the folder, into git's own, or through a symbolic link, a file is not UTF-8 text, or
    nothing would change; nothing is written then.
    """
    text = without_thinking(text)
    files = {}
    for match in _BLOCK.finditer(text):
        files[match["path"]] = _FENCE.sub(
            lambda fence: fence["inside"],
            match["content"],
        )
    _require_whole_blocks(text, files)
    contents = {}
    for path, content in files.items():
        target = _require_inside(folder, path)
        contents[target] = _encode_like(
            path,
            read_bytes(target),
            content,
        )
    changed = [target for target, data in contents.items() if read_bytes(target) != data]
    if not changed:
        raise AnswerError(f"the answer repeats {', '.join(files)} unchanged")
    for target in changed:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        write_atomic(target, contents[target])
    return sorted(files)


def without_thinking(text: str) -> str:
    """Return the answer without what the model thought aloud."""
    # Outside of files: a file's own text may well have such a line.
    outside = _BLOCK.sub(
        lambda match: "x" * len(match[0]),
        text,
    )
    opened = _OPENED_BEFORE.match(outside)
    if opened is not None:
        text = text[opened.end() :]
    return _THINKING.sub(
        lambda match: match["file"] or "",
        text,
    )


def files_in_prompt(
    folder: str,
    paths: list[str],
    limit: int = 200_000,
) -> str:
    """Return the named files' present content, for a model that cannot read them itself."""
    pieces = []
    for path in paths:
        try:
            data = read_bytes(_require_inside(folder, path))
            text = (data or b"").decode("utf-8")
        except (OSError, ValueError):
            continue
        if data is None:
            continue
        content = text.replace("\r\n", "\n")[:limit]
        limit -= len(content)
        pieces.append(f"=== FILE: {path}\n{content}\n=== END")
        if limit <= 0:
            break
    return "\n".join(pieces)


def _require_whole_blocks(
    text: str,
    files: dict[str, str],
) -> None:
    begun = [match["path"] for match in _BEGIN.finditer(text)]
    if not begun:
        raise AnswerError("the answer has no `=== FILE:` block, so there is no file to write")
    open_blocks = [path for path in begun if path not in files]
    if open_blocks:
        raise AnswerError(f"the block of {open_blocks[0]} has no `=== END`")


def _encode_like(
    path: str,
    before: bytes | None,
    content: str,
) -> bytes:
    """Return the new content with the line ends and the byte order mark of the old."""
    data = content.encode("utf-8")
    if before is None:
        return data
    try:
        before.decode("utf-8")
    except UnicodeDecodeError:
        raise AnswerError(f"{path} is not UTF-8 text, so an answer cannot replace it") from None
    if b"\r\n" in before and b"\n" not in before.replace(b"\r\n", b""):
        data = data.replace(b"\r\n", b"\n").replace(
            b"\n",
            b"\r\n",
        )
    if before.startswith(_BYTE_ORDER_MARK) and not data.startswith(_BYTE_ORDER_MARK):
        data = _BYTE_ORDER_MARK + data
    return data


def _require_inside(folder: str, path: str) -> str:
    name = path.replace("\\", "/").removeprefix("./")
    if not is_plain_path(name):
        raise AnswerError(f"the answer names a file outside the repository: {path}")
    target = find_inside(folder, name)
    if target is None:
        raise AnswerError(f"the answer's path leads through a symbolic link: {path}")
    return target

"""Files out of a model's answer, for engines that answer instead of editing.

The format is one block a file, whole content, so that a small model can keep to it::

    === FILE: src/app.py
    <content>
    === END
"""

from __future__ import annotations

import os
import re

from tierwise.files import write_atomic

INSTRUCTION = """Answer with every file that you change, whole, each in a block of this form and nothing else around it:
=== FILE: path/relative/to/the/repository
<the file's whole new content>
=== END"""

_BLOCK = re.compile(r"^=== FILE: *(?P<path>[^\n]+?) *\n(?P<content>.*?)^=== END *$", re.S | re.M)
_FENCE = re.compile(r"\A```[\w+-]*\n(?P<inside>.*?)^```\s*\Z", re.S | re.M)


def write_answer(text: str, folder: str) -> list[str]:
    """Write the answer's files below ``folder``; the paths written.

    Raises ValueError where a path leads out of the folder, into git's own, or through a symbolic link; nothing is
    written then.
    """
    files = {match["path"]: _unfenced(match["content"]) for match in _BLOCK.finditer(text)}
    targets = {path: _inside(folder, path) for path in files}
    for path, target in targets.items():
        os.makedirs(os.path.dirname(target), exist_ok=True)
        write_atomic(target, files[path].encode())
    return sorted(files)


def files_in_prompt(folder: str, paths: list[str], limit: int = 200_000) -> str:
    """The named files' present content, for a model that cannot read them itself."""
    pieces = []
    for path in paths:
        try:
            with open(_inside(folder, path), encoding="utf-8") as handle:
                content = handle.read(limit)
        except (OSError, ValueError):
            continue
        limit -= len(content)
        pieces.append(f"=== FILE: {path}\n{content}\n=== END")
        if limit <= 0:
            break
    return "\n".join(pieces)


def _inside(folder: str, path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if (
        os.path.isabs(path)
        or ".." in parts
        or ".git" in (part.lower() for part in parts)
        or ":" in parts[0]
    ):
        raise ValueError(f"the answer names a file outside the repository: {path}")
    target = os.path.join(folder, *parts)
    real = os.path.realpath(target)
    if os.path.commonpath([real, os.path.realpath(folder)]) != os.path.realpath(
        folder
    ) or os.path.islink(target):
        raise ValueError(f"the answer's path leads through a symbolic link: {path}")
    return target


def _unfenced(content: str) -> str:
    fence = _FENCE.match(content)
    return fence["inside"] if fence else content

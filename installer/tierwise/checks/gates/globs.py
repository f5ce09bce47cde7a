"""Matching a path against the globs of the policy: ``**`` any depth, ``*`` within a name, no slash = any depth."""

from __future__ import annotations

import re
from functools import lru_cache


def matches(path: str, glob: str) -> bool:
    """Whether ``path`` (with forward slashes) is what ``glob`` means; a folder's glob covers all below it."""
    return _pattern(glob).fullmatch(path) is not None


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    glob = glob.removeprefix("./")
    if glob.endswith("/"):
        glob += "**"
    anchored = "/" in glob
    pieces = []
    for piece in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[[^]]*\])", glob.removeprefix("/")):
        if piece == "**/":
            pieces.append("(?:.*/)?")
        elif piece == "/**":
            pieces.append("(?:/.*)?")
        elif piece == "**":
            pieces.append(".*")
        elif piece == "*":
            pieces.append("[^/]*")
        elif piece == "?":
            pieces.append("[^/]")
        elif piece.startswith("[") and piece.endswith("]"):
            pieces.append(piece.replace("[!", "[^"))
        else:
            pieces.append(re.escape(piece))
    return re.compile(("" if anchored else "(?:.*/)?") + "".join(pieces) + ("" if anchored else "(?:/.*)?"), re.S)

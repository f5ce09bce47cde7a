"""Brackets in the text of a program; those in strings are passed over."""

from __future__ import annotations

import re
from functools import cache

_STRING = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"


def closing(
    code: str,
    position: int,
    opener: str,
    closer: str,
) -> int:
    """Find the place behind the bracket that closes what opened before ``position``; else the text's end."""
    depth = 1
    for match in _make_pattern(opener, closer).finditer(code, position):
        if match[0] == opener:
            depth += 1
        elif match[0] == closer:
            depth -= 1
            if depth == 0:
                return match.end()
    return len(code)


@cache
def _make_pattern(opener: str, closer: str) -> re.Pattern[str]:
    return re.compile(
        f"{_STRING}|[{re.escape(opener + closer)}]",
        re.S,
    )

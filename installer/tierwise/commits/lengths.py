"""How long the lines of a message may be.  Standard library only."""

import re

from tierwise.commits.commitlint import BLANKS
from tierwise.commits.parse import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tierwise.commits.policy import Settings

# JavaScript's `/\bhttps?:\/\/\S+/`.
_URL = re.compile(rf"\bhttps?://[^{BLANKS}]", re.ASCII)


def utf16_length(text: str) -> int:
    """Return what JavaScript calls a string's length."""
    if text.isascii():
        return len(text)
    units = text.encode("utf-16-le", "surrogatepass")
    return len(units) // 2


def check_header_length(
    header: str,
    length: "Callable[[str], int]",
    chosen: "Settings",
) -> "list[Fault]":
    """Name the fault of a first line that is too long, as ``length`` counts it."""
    limit = chosen.get("header_max_length")
    size = length(header)
    if not limit or size <= limit:
        return []
    column = _first_over(header, limit, length)
    return [
        Fault(
            "header-max-length",
            line=1,
            column=column,
            message=f"the first line has {size} characters; {limit} are allowed",
            width=len(header) - column + 1,
        )
    ]


def _first_over(
    line: str,
    limit: int,
    length: "Callable[[str], int]",
) -> int:
    """Return the column of the first character beyond the limit; columns count characters, whatever a length counts."""
    kept = min(limit, len(line))
    while length(line[:kept]) > limit:
        kept -= 1
    return kept + 1


def list_long_lines(
    name: str,
    lines: "list[tuple[int, str]]",
    length: "Callable[[str], int]",
    chosen: "Settings",
) -> "list[Fault]":
    """Name the faults of the lines of a section, ``body`` or ``footer``, that are too long and hold no URL."""
    limit = chosen.get(f"{name}_max_line_length")
    if not limit:
        return []
    rule = f"{name}-max-line-length"
    message = f"{name}'s lines must not be longer than {limit} characters"
    faults = []
    for number, line in lines:
        # A UTF-16 length is never less than the number of characters and never more than twice it.
        may_be_over = len(line) * 2 > limit
        if may_be_over and length(line) > limit and not has_url(line):
            column = _first_over(line, limit, length)
            width = len(line) - column + 1
            faults.append(Fault(rule, number, column, message, width=width))
    return faults


def has_url(line: str) -> bool:
    """Return whether a line holds a URL: then it cannot be broken, however long it is."""
    return _URL.search(line) is not None

"""Lines that a change brings to a file, and what they look like that speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tierwise.files import decode_text
from tierwise.gates.tests_intact.model import Weakening

Line = tuple[int, str]  # its number, and what it says
_MOST_SHOWN = 100  # characters of a line


@dataclass(frozen=True)
class LineSign:
    """What a new line looks like that is found, under which rule, and what it does."""

    pattern: re.Pattern[str]
    rule: str
    words: str

    def find(
        self,
        path: str,
        lines: Iterable[Line],
    ) -> Iterator[Weakening]:
        """Find the lines that look like that."""
        for number, line in lines:
            if self.pattern.search(line):
                yield Weakening(
                    path,
                    self.rule,
                    f"{self.words}: {shorten_line(line)}",
                    number,
                )


def split_lines(data: bytes | None) -> list[str]:
    """Split a file into lines; none where it is not there."""
    return decode_text(data).splitlines()


def list_new_lines(
    old: Iterable[str],
    new: Sequence[str],
) -> list[Line]:
    """List the lines that the old content does not have, with their numbers."""
    known = set(old)
    return [(number, line) for number, line in enumerate(new, 1) if line not in known]


def shorten_line(line: str) -> str:
    """Shorten a line as findings show it."""
    return line.strip()[:_MOST_SHOWN]

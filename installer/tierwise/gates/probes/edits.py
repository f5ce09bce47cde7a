"""Places in a file's text, and what is to stand there instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[int, int]  # from where, up to where


@dataclass(frozen=True)
class Edit:
    """Characters of a file to be replaced: from ``start`` up to ``end``."""

    start: int
    end: int
    new: str


def cut_span(text: str, span: Span) -> str:
    """Cut out what stands at a place."""
    return text[slice(*span)]


def replace_parts(text: str, edits: Iterable[Edit]) -> str:
    """Make edits of a text, in their order; of those that overlap the first counts."""
    pieces = []
    position = 0
    for edit in edits:
        if edit.start < position:
            continue
        pieces += [text[position : edit.start], edit.new]
        position = edit.end
    return "".join((*pieces, text[position:]))

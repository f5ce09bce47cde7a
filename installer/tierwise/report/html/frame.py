"""What all pages have in common: a document that loads nothing, and its sections."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from importlib.resources import files

from tierwise.shown import neutralise_lines


def write_page(
    title: str,
    total: str,
    body: str,
    notes: Iterable[str],
    remark: str = "",
) -> str:
    """Return one HTML document; marks of direction are shown as text.

    ``total`` stands large below the title, ``remark`` below that; ``notes`` are paragraphs at the end.
    """
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    footer = "".join(f"<p>{escape(note)}</p>" for note in notes)
    if remark:
        remark = f"<p>{escape(remark)}</p>"
    return neutralise_lines(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><main><header><h1>{escape(title)}</h1>"
        f'<p class="sum">{escape(total)}</p>{remark}</header>'
        f"{body}<footer>{footer}</footer></main></body></html>\n"
    )


def write_section(
    title: str,
    body: str,
    lead: str = "",
) -> str:
    """Return a section under a heading; ``lead`` says what it shows."""
    name = re.sub(r"[^a-z]+", "-", title.lower())
    if lead:
        lead = f'<p class="lead">{mark_code(lead)}</p>'
    heading = f'<h2 id="{name}">{escape(title)}</h2>'
    return f'<section aria-labelledby="{name}">{heading}{lead}{body}</section>'


def mark_code(text: str) -> str:
    """Return escaped text with `code` marked up."""
    return re.sub(
        r"`([^`]+)`",
        r"<code>\1</code>",
        escape(text),
    )

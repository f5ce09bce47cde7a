"""Blanks at the end of a line.  Off by default."""

from __future__ import annotations

from tierwise.checks.model import CheckContext, ContentCheck
from tierwise.domain.change import Change, Finding

_MARKDOWN = (".md", ".markdown", ".mdx")
_LINE_BREAK = b"  "  # Markdown's: two blanks after text


def find_trailing(
    change: Change,
    data: bytes,
    context: CheckContext,
) -> list[Finding]:
    """Return one finding for each line that ends in blanks, Markdown's line breaks apart."""
    is_markdown = change.path.lower().endswith(_MARKDOWN)
    findings = []
    for number, raw in enumerate(data.split(b"\n"), 1):
        line = raw.removesuffix(b"\r")
        text = line.rstrip(b" \t")
        is_break = is_markdown and text and line == text + _LINE_BREAK
        if text != line and not is_break:
            message = "blanks at the end of the line"
            findings.append(Finding(change.path, message, number, len(text) + 1, line))
    return findings


CHECK = ContentCheck(
    name="trailing-whitespace",
    meaning="blanks at the end of lines",
    fix="take the blanks out, then `git add` the file",
    find=find_trailing,
    stages=(),
)

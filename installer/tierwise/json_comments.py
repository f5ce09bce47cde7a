"""Comments in JSON, which some programs allow: blanked out, so that every value stays where it is."""

from __future__ import annotations

import re

# A string that is not closed ends with its line: to give it up and try from its next quote would take quadratic time.
STRING = r'"(?:[^"\\\n]|\\.)*"?'
_STRING_OR_COMMENT = re.compile(
    STRING + r"|//[^\r\n]*|/\*.*?(?:\*/|\Z)",
    re.S,
)
_INSIDE_A_LINE = re.compile(r"[^\r\n]")


def blank_comments(text: str) -> str:
    """Return ``text`` with blanks in place of its comments; line ends stay."""
    return _STRING_OR_COMMENT.sub(_blank_comment, text)


def _blank_comment(found: re.Match[str]) -> str:
    text = found.group()
    if text.startswith('"'):
        return text
    return _INSIDE_A_LINE.sub(" ", text)

"""Calls of assertion functions by careful text: which they are, and where what they are given stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tierwise.gates.probes.edits import Span, cut_span

TEXT = r"\"\"\"(?:\\.|[^\\])*?\"\"\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_ASSERTS = re.compile(
    r"(?:\w*assert|expect|check|verify)\w*|\w*equals?|eq(?:_\w+)?|deep\w*|is|is_deeply|ok|same\w*|eql|be"
    r"|to(?:Be|Equal|StrictEqual|Eql)|should\w*",
    re.I,
)
# What another value may satisfy as well.
_OPEN = re.compile(
    r"not|ne$|isnt|unlike|differ|throw|raise|reject|fail|greater|less|above|below|least|most|in$|contain|match|close|type"
    r"|instance|none|null|defined",
    re.I,
)
_CONDITIONS = re.compile(
    r"ok|assert|check|require|expect|verify|is_?true|assert_?true",
    re.I,
)
_COMPARISON = re.compile(r"(?<![=!<>])={2,3}(?!=)|\beq\b")
_TEXT_OR_COMMA = rf"{TEXT}|`(?:\\.|[^`\\])*`|[()\[\]{{}},]"
_PARTS = re.compile(_TEXT_OR_COMMA, re.S)
_SIGNS = re.compile(
    rf"{_TEXT_OR_COMMA}|{_COMPARISON.pattern}",
    re.S,
)
_LINE_END = re.compile(rf"{TEXT}|#[^\n]*|[()\[\]{{}}\n]", re.S)
SHELL_FILES = (".sh", ".bash", ".bats")


def compares_closely(name: str) -> bool:
    """Tell whether a function asserts what no other value satisfies; ``Ok`` is a value of Rust."""
    return bool(_ASSERTS.fullmatch(name)) and name != "Ok" and not _OPEN.search(name)


def is_condition(said: str, name: str) -> bool:
    """Tell whether what a function of assertion is given is a condition that has to hold."""
    if not _CONDITIONS.fullmatch(name):
        return False
    if re.match(r"\s*[\"'`{\[\d]|.*=>", said):
        return False
    return re.search(r"[(<>=!&|]|^\s*\w+\s*$", said) is not None


def split_arguments(
    text: str,
    start: int,
    end: int,
) -> list[Span]:
    """List the places of what commas separate between ``start`` and ``end``."""
    spans = []
    begin = start
    for match in _find_outside_brackets(_PARTS, text, start, end):
        if match[0] == ",":
            spans.append((begin, match.start()))
            begin = match.end()
    spans.append((begin, end))
    return [span for span in spans if cut_span(text, span).strip()]


def _find_outside_brackets(
    pattern: re.Pattern[str], text: str, start: int, end: int
) -> Iterator[re.Match[str]]:
    """Yield what a pattern that matches brackets too finds outside of them."""
    depth = 0
    for match in pattern.finditer(text, start, end):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth == 0:
            yield match


def find_sign(
    text: str,
    start: int,
    end: int,
) -> Span | None:
    """Find the only comparison outside of brackets; a condition in brackets is looked into."""
    found = []
    for match in _find_outside_brackets(_SIGNS, text, start, end):
        if _COMPARISON.fullmatch(match[0]):
            found.append(match.span())
    return found[0] if len(found) == 1 else None


def find_line_end(text: str, start: int) -> int:
    """Find where a statement of Python ends: at the line's end outside of brackets."""
    for match in _find_outside_brackets(_LINE_END, text, start, len(text)):
        if match[0][0] in "\n#":
            return match.start()
    return len(text)

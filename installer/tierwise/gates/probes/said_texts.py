"""Texts that code only says, as messages and answers, beside those by which it recognises something."""

from __future__ import annotations

import re

_NEAR = 300  # characters before a text
_RECOGNISES = (
    r"[=!]=|=~|\b(?:not in|in|eq|ne|case|when)\b"
    r"|(?i:starts_?with|ends_?with|includes|contains\w*|match\w*|test|index\w*|find\w*|has\w*|equals?\w*|split\w*|replace\w*|strip\w*|get|pop|compile|remove\w*)\("
)
_HAS_RECOGNISED = re.compile(rf"{_RECOGNISES}|\[")
# Where something is said: what follows is the rest of its statement, up to the text.
_SAYS = re.compile(
    r"(?:\b(?:return|raise|throw|die|croak|confess|carp|warn\w*|print\w*|echo|say|exit|abort|fail\w*|bail|panic|format|write\w*"
    r"|log|info|debug|error|eprint\w*|Err|ok_or|context|expect|map_err)\b)(?P<rest>[^;]*)\Z"
)
_VALUE = re.compile(r"(?:=>|->|[\w\"'\])]\s*:)\s*[rbfu$]{0,2}\Z")
_GIVEN = re.compile(r"([A-Za-z_]\w*)(?:\s*:\s*[\w&<>' ]+)?\s*\+?=\s*[rbfu$]{0,2}\Z")
_KEY = re.compile(r"\s*(?::(?!:)|=>|\]|[=!]=|(?:in|eq|ne)\b)")


def is_said(code: str, start: int, end: int) -> bool:
    """Tell whether a text is only said in some code: given back, raised, printed, or the value of a name."""
    before = code[max(0, start - _NEAR) : start]
    after = code[end : end + _NEAR]
    if _KEY.match(after):
        return False
    says = _SAYS.search(before)
    if says is not None and _goes_on(says["rest"]):
        return not _HAS_RECOGNISED.search(says["rest"].rpartition("?")[2])
    if _VALUE.search(before):
        return not re.search(r"\b(?:if|elif|case|when|while)\b[^\n]*\Z", before)
    given = _GIVEN.search(before)
    return given is not None and not _is_recognised(given[1], code)


def _goes_on(rest: str) -> bool:
    """Tell whether a statement reaches to the end of some code: within a line, or within brackets."""
    return "\n" not in rest or rest.count("(") + rest.count("{") > rest.count(")") + rest.count("}")


def _is_recognised(name: str, code: str) -> bool:
    """Tell whether code compares the value of a name with something, or looks for it."""
    word = rf"(?<!\w){re.escape(name)}\b"
    looked_for = (
        rf"(?:{_RECOGNISES})\s*\(?[^()\n]{{0,80}}{word}"
        rf"|{word}\s*(?:[=!]=|\.(?:length|len|split)|in\b|eq\b)|\b(?:len|for)\b[^\n:]{{0,40}}{word}|{word}\["
    )
    return re.search(looked_for, code) is not None

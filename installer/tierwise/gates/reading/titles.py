"""What tests are called in their files."""

from __future__ import annotations

import re

_FUNCTION = re.compile(r"\b[tT]est\w*(?=\s*\()|(?<=\bfn )\w+(?=\s*\(\))")
_CALL = re.compile(
    r"^(\s*(?:it|test|describe|context|subtest)(?:\.each\(.*\))?\s*\(?\s*)([\"'`])(?:(?!\2).)+\2"
)
# The name that an assertion has at its end.
_LAST_TEXT = re.compile(r",\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)?;\s*$")
_MARK = "\0"


def is_other_title(old: str, new: str) -> bool:
    """Tell whether two lines differ in nothing but what a test is called."""
    masked = mask_title(old)
    return masked != old and masked == mask_title(new)


def mask_names(line: str) -> str:
    """Mask in a line what tests and their assertions are called."""
    return _LAST_TEXT.sub(f"{_MARK}\n", mask_title(line))


def mask_title(line: str) -> str:
    """Mask in a line what a test is called."""
    called = _CALL.sub(rf"\1{_MARK}", line)
    return _FUNCTION.sub(_MARK, called)

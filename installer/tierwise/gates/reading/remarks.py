"""Code without its remarks."""

from __future__ import annotations

import re

# A text, in which a remark is none; one that nothing ends takes its line.
_TEXTS = r"\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?"
_REMARKS = re.compile(rf"({_TEXTS}|`(?:\\.|[^`\\]){{0,4000}}`)|/\*[^\0]{{0,4000}}?\*/|//[^\n]*")
_BY_HASH = (
    ".py",
    ".pl",
    ".pm",
    ".t",
    ".rb",
    ".sh",
)  # in these, two slashes divide or choose
_LONG_TEXT = r"\"{3}(?:[^\"]|\"(?!\"\"))*\"{3}"
_HASH_REMARKS = re.compile(
    rf"^[ \t]*{_LONG_TEXT}|({_LONG_TEXT}|{_TEXTS})|(?<!\S)#[^\n]*",
    re.M,
)


def strip_remarks(code: str, path: str) -> str:
    """Strip code of its comments and docstrings; ``path`` tells the language."""
    remarks = _HASH_REMARKS if path.endswith(_BY_HASH) else _REMARKS
    return remarks.sub(r"\1", code)

"""The pages in docs/ as what scripts rely on: the keys of JSON documents stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4}.*$", re.MULTILINE)
_TABLE_ROW = re.compile(r"^\|.*$", re.MULTILINE)
_SHAPE = re.compile(r"`[{[][^`]*`")


def find_unnamed(document: Mapping[str, Any], page: str) -> list[str]:
    """Keys of a document, and of the rows in its lists, that no block, table or shape of a page of docs/ names."""
    text = (DOCS / page).read_text(encoding="utf-8")
    named: set[str] = set()
    for form in (_FENCED, _INDENTED, _TABLE_ROW, _SHAPE):
        for found in form.findall(text):
            named.update(re.findall(r"\w+", found))
    keys = set(document)
    for value in document.values():
        if isinstance(value, list):
            keys.update(key for row in value if isinstance(row, dict) for key in row)
    return sorted(keys - named)

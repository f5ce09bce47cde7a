"""The pages in docs/ as what scripts rely on: the keys of JSON documents stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


def find_unnamed(document: Mapping[str, Any], page: str) -> list[str]:
    """Keys of a document, and of the rows in its lists, that a page of docs/ does not name."""
    named = set(re.findall(r"\w+", (DOCS / page).read_text(encoding="utf-8")))
    keys = set(document)
    for value in document.values():
        if isinstance(value, list):
            keys.update(key for row in value if isinstance(row, dict) for key in row)
    return sorted(keys - named)

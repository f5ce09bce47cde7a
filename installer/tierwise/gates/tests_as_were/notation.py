"""The same values in another notation: what tests give to a product that reads another format now."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ESCAPED = re.compile(r"\\[nrt]")
# Words, and signs other than those that only group, set or quote.
_TELLING = re.compile(r"\w+|[^\w\s()\[\]{},;:=\"'`]")


def are_same_words(
    was: Iterable[str],
    now: Iterable[str],
) -> bool:
    """Whether lines have the same words in the same order, and no other signs than those that set and group them."""
    old_words = _list_words(was)
    return bool(old_words) and old_words == _list_words(now)


def _list_words(lines: Iterable[str]) -> list[str]:
    text = _ESCAPED.sub(" ", "".join(lines))
    return _TELLING.findall(text)

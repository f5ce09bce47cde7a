"""The same values in another notation: what tests give to a product that reads another format now."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.product import Product
from tierwise.gates.following.strength import is_safe

_ESCAPED = re.compile(r"\\[nrt]")
# Words, and signs other than those that only group, set or quote.
_TELLING = re.compile(r"\w+|[^\w\s()\[\]{},;:=\"'`]")


def are_same_words(
    was: Iterable[str],
    now: Iterable[str],
) -> bool:
    """Tell whether lines have the same words in the same order, and no other signs than to set and group."""
    old_words = _list_words(was)
    return bool(old_words) and old_words == _list_words(now)


def _list_words(lines: Iterable[str]) -> list[str]:
    text = _ESCAPED.sub(" ", "".join(lines))
    return _TELLING.findall(text)


def is_other_notation(hunk: Hunk, product: Product) -> bool:
    """Tell whether a file of the product has another format, and lines hold the same in it."""
    if not product.moves or not is_safe(hunk, product):
        return False
    was = map(product.follow_paths, hunk.was)
    return are_same_words(was, hunk.now)

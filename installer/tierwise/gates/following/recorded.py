"""Lines of data that tests read: what the task explains of those that differ."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.following.explaining import (
    has_other_numbers,
    is_stated_data,
)
from tierwise.gates.following.hunks import Hunk
from tierwise.gates.following.lines import strip_all
from tierwise.gates.following.product import Product
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.paths import is_snapshot
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.model import Weakening

DATA = re.compile(
    r"\.(txt|csv|tsv|log|snap|golden|expected|out|jsonl?|ya?ml|xml|html|svg|md|ics|vcf|srt|bib|sql|dat)$"
)
_LONG_WORD = re.compile(r"[A-Za-z]{4,}")


def is_to_be_recorded(path: str, task: str) -> bool:
    """Tell whether the task wants a recorded output, or data that it names, recorded anew."""
    is_named = DATA.search(path) is not None and mentions(task, path.rpartition("/")[2])
    if not is_snapshot(path) and not is_named:
        return False
    return is_asked_for(Weakening(path, "snapshot", ""), task)


def is_explained_data(
    old: str,
    new: str,
    product: Product,
    lost: Iterable[str],
) -> bool:
    """Tell whether the task states what is new of data, or what the product lost makes them differ.

    ``lost``: values of the tests under names that the product lost.
    """
    if is_stated_data(old, new, product):
        return True
    if product.names_lost(old) and not product.names_lost(new):
        return True
    kept = old
    for value in lost:
        kept = kept.replace(value, "")
    words = re.findall(r"\w+", kept)
    return kept != old and words == re.findall(r"\w+", new)


def loses_only_asked(hunk: Hunk, product: Product) -> bool:
    """Tell whether data lose only what the task wants gone."""
    kept = [line for line in hunk.was if not product.names_lost(line)]
    if kept == hunk.was:
        return False
    return strip_all(kept) == strip_all(hunk.now)


def has_stated_numbers(hunk: Hunk, product: Product) -> bool:
    """Tell whether data of which the task speaks have other numbers, and a value is new that it states."""
    if not product.restated or not hunk.is_even:
        return False
    words = _LONG_WORD.findall("".join(hunk.was))
    if not any(map(product.is_spoken_of, words)):
        return False
    changed = [pair for pair in hunk.pairs if pair[0] != pair[1]]
    return all(has_other_numbers(*pair, product) for pair in changed)

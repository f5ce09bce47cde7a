"""New assertions that compare what the product says with what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.probes.noting import list_notes
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.git.snapshot import TreeChange

_WORD = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\d[\w.]*")
_CALLED = re.compile(r"(\w+)\s*\(")
_BOTH_SIDES = 2
# A task under which the same call has to say the same again.
_WANTS_THE_SAME = re.compile(
    r"\b(determin|same|cach|memo|seed|stable|idempot|twice|again|pure|repeat|equal|identical|singleton)\w*",
    re.I,
)
# What makes draws of chance that can be made again: that two of them are alike says something of the code.
_SEEDED = re.compile(
    r"\bseed\w*|\w+_seed\b|\w*(?:Random|RandomState|Rng|rng|PRNG|prng)(?:::\w+)?\s*\(\s*\w"
)


def describe_self_comparisons(
    changes: Iterable[TreeChange],
    task: str,
) -> list[str]:
    """Describe new assertions whose two sides call the same with the same, unless the task is about that."""
    if _WANTS_THE_SAME.search(task):
        return []
    return [
        f"{change.path}: `{statement}` compares the code with itself"
        for change in changes
        for statement in _list_self_comparisons(change)
    ]


def _list_self_comparisons(change: TreeChange) -> Iterator[str]:
    if change.after is None or not is_readable_test(change.path):
        return
    before = change.text_before
    text = change.text_after
    for note in list_notes(change.path, text, ""):
        statement = text[note.start : note.end]
        sides = [text[start:end] for start, end in note.parts[:_BOTH_SIDES]]
        if statement not in before and _are_same_calls(sides):
            yield statement


def _are_same_calls(sides: list[str]) -> bool:
    """Tell whether both sides call the same with the same, and look at no seed and no equality of values."""
    if len(sides) < _BOTH_SIDES:
        return False
    left, right = sides
    if _WORD.findall(left) != _WORD.findall(right):
        return False
    called = _CALLED.findall(left)
    only_makes_values = all(name[0].isupper() for name in called)
    return bool(called) and not only_makes_values and not _SEEDED.search(left)

"""New assertions that compare what the product says with what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.probes.noting import list_notes
from tierwise.gates.tests_as_were.deciding import is_readable_test
from tierwise.git.snapshot import Change

_WORD = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\d[\w.]*")
_CALLS = re.compile(r"\w\s*\(")
_BOTH_SIDES = 2
# A task under which the same call has to say the same again.
_WANTS_THE_SAME = re.compile(
    r"\b(determin|same|cach|memo|seed|stable|idempot|twice|again|pure|repeat|equal|identical|singleton)\w*",
    re.I,
)


def describe_self_comparisons(changes: Iterable[Change], task: str) -> list[str]:
    """Each new assertion both sides of which call the same with the same, unless the task is about that."""
    if _WANTS_THE_SAME.search(task):
        return []
    return [
        f"{change.path}: `{statement}` compares the code with itself"
        for change in changes
        for statement in _list_self_comparisons(change)
    ]


def _list_self_comparisons(change: Change) -> Iterator[str]:
    if change.after is None or not is_readable_test(change.path):
        return
    before = (change.before or b"").decode("utf-8", "replace")
    text = change.after.decode("utf-8", "replace")
    for note in list_notes(change.path, text, ""):
        statement = text[note.start : note.end]
        if statement in before or len(note.parts) < _BOTH_SIDES:
            continue
        left, right = (text[slice(*part)] for part in note.parts[:_BOTH_SIDES])
        is_same = _WORD.findall(left) == _WORD.findall(right)
        if is_same and _CALLS.search(left) and _CALLS.search(right):
            yield statement

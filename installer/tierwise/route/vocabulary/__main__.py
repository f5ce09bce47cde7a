"""``python -m tierwise.route.vocabulary`` writes ``sorted.py`` from the lists that people edit.

A hook that sorted four thousand phrases at every start would spend its whole time budget on it.
"""

from __future__ import annotations

import os

from tierwise.files import write_atomic
from tierwise.route.vocabulary import frontier, guarded, light, mid
from tierwise.route.words import STEM

WORDS: dict[str, tuple[tuple[int, str], ...]] = {**light.WORDS, **mid.WORDS, **frontier.WORDS, **guarded.WORDS}
_A_LINE = 10
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sorted.py")

_HEAD = '''"""Written by ``python -m tierwise.route.vocabulary`` from the lists beside this file: edit those."""

# fmt: off
# ruff: noqa: E501
# the first letters of a phrase -> "weight kind phrase|weight kind phrase|…"
PHRASES = {
'''


def sort_phrases() -> dict[str, str]:
    """Every phrase under the first letters of its first word."""
    found: dict[str, list[str]] = {}
    for kind, lines in WORDS.items():
        for weight, line in lines:
            for phrase in line.split(", "):
                key = phrase.lstrip("=").partition(" ")[0][:STEM]
                found.setdefault(key, []).append(f"{weight} {kind} {phrase}")
    return {key: "|".join(phrases) for key, phrases in sorted(found.items())}


def render() -> str:
    """The text of ``sorted.py``."""
    entries = [f'"{key}": "{phrases}",' for key, phrases in sort_phrases().items()]
    rows = [" ".join(entries[at : at + _A_LINE]) for at in range(0, len(entries), _A_LINE)]
    return f"{_HEAD}{''.join(f'    {row}{chr(10)}' for row in rows)}}}\n"


if __name__ == "__main__":
    write_atomic(PATH, render().encode())

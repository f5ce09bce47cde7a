"""``python -m tierwise.classify.vocabulary`` writes ``sorted.py`` from the lists that people edit.

A hook that sorted four thousand phrases at every start would spend its whole time budget on it.
"""

from __future__ import annotations

import os
from itertools import product

from tierwise.classify.vocabulary import dutch, frontier, guarded, light, mid, polish, turkish
from tierwise.classify.words import STEM
from tierwise.files import write_atomic

_BY_TIER = {**light.WORDS, **mid.WORDS, **frontier.WORDS, **guarded.WORDS}
_BY_LANGUAGE = (polish.WORDS, dutch.WORDS, turkish.WORDS)
WORDS: dict[str, tuple[tuple[int, str], ...]] = {
    kind: (*lines, *(line for words in _BY_LANGUAGE for line in words[kind])) for kind, lines in _BY_TIER.items()
}
_A_LINE = 10
PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sorted.py")

_HEAD = '''"""Written by ``python -m tierwise.classify.vocabulary`` from the lists beside this file: edit those."""

# fmt: off
# ruff: noqa: E501
# the first letters of a phrase -> "weight kind phrase|weight kind phrase|…"
PHRASES = {
'''


def spell_out(phrase: str) -> list[str]:
    """``drop/remove ~check`` -> ``drop ~check``, ``remove ~check``."""
    choices = []
    for word in phrase.split(" "):
        mark = word[: len(word) - len(word.lstrip("=~"))]
        choices.append([mark + one for one in word[len(mark) :].split("/")])
    return [" ".join(words) for words in product(*choices)]


def phrases_of(kind: str) -> dict[str, int]:
    """A kind's phrases, spelled out, and their weights; of one written twice the higher weight."""
    found: dict[str, int] = {}
    for weight, line in WORDS[kind]:
        for short in line.split(", "):
            for phrase in spell_out(short):
                found[phrase] = max(weight, found.get(phrase, 0))
    return found


def sort_phrases() -> dict[str, str]:
    """Every phrase under the first letters of its first word, each once for a kind, with its highest weight."""
    found: dict[str, list[str]] = {}
    for kind in WORDS:
        for phrase, weight in phrases_of(kind).items():
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

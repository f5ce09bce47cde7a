"""What words of many languages name: "voucher", "Gutschein" and "купон" are one concept.  Standard library only.

`concepts.txt` holds a concept a line, with the words that name it.  One of four to seven letters stands for every word
that begins so, the longest first; one in writing without blanks, for every word that holds it.
"""

from __future__ import annotations

import os
from itertools import chain

from tierwise.memo import Memo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

PATH = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "concepts.txt",
)
_LONGEST, _SHORTEST = 7, 4  # letters of a beginning
_NOUN = 5  # letters of a repository's own noun; as tierwise.policy.repository
_LONGEST_NAME = 6  # letters in writing without blanks
_MOST_LETTERS = 120  # of one word
_FIRST_BLANKLESS, _LAST_BLANKLESS = "\u3040", "\ud7a3"  # kana, ideographs, hangul


def find_concepts(
    words: Iterable[str],
    nouns: Collection[str] = (),
) -> list[str]:
    """The concepts that words name, each once.  A repository's own nouns (a tokenizer's token) name none."""
    naming: Iterable[str] = filter(
        _named_by.__getitem__,
        words,
    )  # few words name any
    if nouns:
        naming = (word for word in naming if word[:_NOUN] not in nouns)
    concepts = chain.from_iterable(map(_named_by.__getitem__, naming))
    return list(dict.fromkeys(concepts))


def is_blankless(word: str) -> bool:
    """Whether a word is of a writing without blanks, so that it may be a whole sentence."""
    return any(_FIRST_BLANKLESS <= letter <= _LAST_BLANKLESS for letter in word)


def _name_concepts(word: str) -> tuple[str, ...]:
    """The concepts that a word names, each once."""
    table = _names or _load_names()
    if word.isascii() or not is_blankless(word):
        return _name_concept(word, table)
    named = [table[part] for part in _list_groups(word[:_MOST_LETTERS]) if part in table]
    return tuple(dict.fromkeys(named))


def _name_concept(
    word: str,
    table: dict[str, str],
) -> tuple[str, ...]:
    """The concept of a word between blanks."""
    if word in table:
        return (table[word],)
    for length in range(min(_LONGEST, len(word) - 1), _SHORTEST - 1, -1):
        beginning = word[:length]
        if beginning in table:
            return (table[beginning],)
    return ()


def _list_groups(word: str) -> Iterator[str]:
    """The letters that stand together in a word, up to as many as a name has."""
    for length in range(1, _LONGEST_NAME + 1):
        yield from (word[begin : begin + length] for begin in range(len(word) - length + 1))


def _load_names() -> dict[str, str]:
    """Name -> its concept, read at the first use; a name that two concepts share is the first one's."""
    with open(PATH, "rb") as file:
        text = file.read().decode("utf-8")
    for line in reversed(text.splitlines()):
        concept, *names = line.split()
        for name in names:
            _names[name] = concept
    return _names


_names: dict[str, str] = {}
_named_by = Memo(_name_concepts)

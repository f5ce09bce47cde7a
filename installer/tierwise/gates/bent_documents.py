"""Documents that a task takes as the measure, and a change that lets them say something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.files import decode_text
from tierwise.gates.naming import clauses_of
from tierwise.git.snapshot import Change

_DOCUMENT = re.compile(
    r"\b(?:read-?me|docs?|documentation|specs?|specifications?|manuals?|handbooks?)\b", re.I
)
_IS_MEASURE = re.compile(
    r"\b(?:says?|said|describes?|states?|explains?|promises?|according to"
    r"|as (?:described|documented|written|promised|specified))\b",
    re.I,
)
# The document is what is wrong, or has to follow.
_IS_TO_CHANGE = re.compile(
    r"\b(?:updat|adapt|adjust|chang|correct|fix|rewrit|rephras|shorten|outdat|wrong|stale|nothing|no longer"
    r"|too\b|as well|not\b)|n't\b",
    re.I,
)
_IS_TEXT = re.compile(
    r"\.(?:md|rst|txt|adoc|pod)$|(?:^|/)README$",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s|\n\s*\n|\n(?=\s*[-*#|])")
_STEM = 3  # letters
_WORDS = re.compile(r"\w+")
_JOINS = re.compile(r"[_\d]")  # what joins words of a path


def find_bent_documents(
    changes: Iterable[Change],
    task: str,
) -> Iterator[str]:
    """Sentences that went from a document as which the task wants the product to behave."""
    stems = _find_measures(task)
    for change in changes:
        if not _is_named(change.path, stems):
            continue
        left = set(_list_sentences(change.after))
        for sentence in _list_sentences(change.before):
            if sentence not in left:
                yield f"{change.path}: says no more '{sentence}', though the task takes it as the measure"


def _find_measures(task: str) -> set[str]:
    """What the words for the documents begin with that a task takes as the measure, and does not want changed."""
    clauses = list(filter(_DOCUMENT.search, clauses_of(task)))
    is_measure = any(map(_IS_MEASURE.search, clauses))
    if not is_measure or any(map(_IS_TO_CHANGE.search, clauses)):
        return set()
    return _list_stems(" ".join(clauses))


def _list_stems(text: str) -> set[str]:
    return set(map(_find_stem, _DOCUMENT.findall(text)))


def _find_stem(word: str) -> str:
    """What the words for the same document begin with: ``doc`` for documentation."""
    return word.lower().replace("-", "")[:_STEM]


def _is_named(path: str, stems: set[str]) -> bool:
    """Whether a path is that of a text, and has one of the words for it."""
    if not _IS_TEXT.search(path):
        return False
    return not stems.isdisjoint(_list_stems(_JOINS.sub(" ", path)))


def _list_sentences(data: bytes | None) -> Iterator[str]:
    """What a document says, however its lines are laid out; nothing where there is none."""
    text = decode_text(data)
    for piece in _SENTENCE_END.split(text):
        if _WORDS.search(piece):
            yield " ".join(piece.split())

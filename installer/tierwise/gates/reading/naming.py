"""What a task names: files, tests, functions, keys, as against ordinary words."""

from __future__ import annotations

import re
from collections.abc import Callable

# Verbs and particles that separate one thing that is asked from the next.
_CLAUSES = re.compile(
    r"[.;:!?\n]+(?:\s|$)|,|\b(?:and|then|so that|such that|because|while|but)\b", re.I
)
PRONOUN = re.compile(r"\b(it|its|them|their|that one)\b", re.I)
_QUOTED = re.compile(r"[`'\"“]([^`'\"”]+)[`'\"”]")
_CODE_WORD = re.compile(
    r"(?<![\w./:-])[\w./:-]*[_./][\w./-]*\w|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\b\w+(?=\()"
)
# What is no name of its own: the ends of file names, and abbreviations.
_NO_NAME = re.compile(
    r"py|js|ts|rs|go|java|rb|pl|json|toml|yaml|yml|md|txt|c|h|e\.g|i\.e|etc|and/or"
)
_ADDS = re.compile(
    r"\b(add|support|know|accept|allow|recogni[sz]e|implement)\b(?!_)",
    re.I,
)


def clauses_of(task: str) -> list[str]:
    """Split the task into pieces that each ask for one thing."""
    return [piece.strip() for piece in _CLAUSES.split(task) if piece and piece.strip()]


def _never(_: str) -> bool:
    return False


def resolve_pronouns(
    task: str,
    goes_on: Callable[[str], bool] = _never,
) -> list[str]:
    """Split the task into clauses; one that says "it", or ``goes_on``, has the clause before it besides."""
    resolved = []
    before = ""
    for clause in clauses_of(task):
        if goes_on(clause):
            resolved.append(f"{before} {clause}")
            continue
        if PRONOUN.search(clause):
            resolved.append(f"{before} {clause}")
        else:
            resolved.append(clause)
        before = clause
    return resolved


def names_in(text: str) -> set[str]:
    """List a text's names of code, lower-case: quoted, called, dotted, snake or camel case; file stems too."""
    found = set(_CODE_WORD.findall(text))
    for quoted in _QUOTED.findall(text):
        found.update(re.findall(r"[\w./-]+", quoted))
    for word in list(found):
        base = word.rsplit("/", 1)[-1]
        stem = base.split(".", 1)[0]
        found.update((base, stem))
        found.update(word.split("::"))
        found.update(re.split(r"[.:]+", base))
    names = {word.lower().strip("./:-") for word in found}
    return {name for name in names if len(name) > 1 and not _NO_NAME.fullmatch(name)}


def mentions(text: str, name: str) -> bool:
    """Tell whether a text has ``name`` as a word of its own."""
    if name.casefold() not in text.casefold():
        return False  # most of the many names that are asked for: no pattern has to be built
    by_itself = rf"(?<!\w){re.escape(name)}(?!\w)"
    return re.search(by_itself, text, re.I) is not None


def adds_something(task: str) -> bool:
    """Tell whether a task wants something new known: its words and numbers are bound to be new in the code."""
    return _ADDS.search(task) is not None

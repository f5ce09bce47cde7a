"""Assertions whose both sides go through what forgets a part of them: their order, their blanks, how they are spelled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tierwise.gates.probes.noting import NotedAssertion, list_notes
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.git.snapshot import TreeChange

_BOTH_SIDES = 2
_Words = frozenset[str]
_CALLED = re.compile(r"(?<![\w$])([A-Za-z_$]\w*)!?\s*\(")
_WORD = re.compile(r"\w+")
# Perl calls without brackets.
_BARE = re.compile(r"\b(sort|lc|uc|lcfirst)\b(?!\s*\()")
_FORGETS = re.compile(
    r"sorted|sort(?:_\w+)?|toSorted|set|Set|HashSet|TreeSet|BTreeSet|frozenset|Counter|unique|strip\w*|[lr]strip"
    r"|trim\w*|lower|casefold|upper|toLowerCase|toUpperCase|to_lowercase|to_(?:ascii_)?(?:lower|upper)case|lc|uc"
    r"|sub|gsub|replace\w*|round|int|floor|toFixed|trunc\w*|abs|len|length|count|splitlines|split\w*|lines"
)
# What only cuts a text into pieces, or counts them.
_CUTS = frozenset(("splitlines", "split", "split_whitespace", "lines", "len", "length", "count"))
_DEFINED = r"\b(?:def|fn|func|function|sub)\s+{0}\b|\b(?:const|let|var|my)\s+\$?{0}\s*="
_LONGEST = 600  # characters of a helper
# A task under which such a part does not count.
_WANTS_LESS = re.compile(
    r"\b(?:any|no|whatever|regardless|either|order of|unordered|unsorted|insensitiv\w*|ignor\w*|normali[sz]\w*|case)\b"
    r"[^.;\n]{0,20}\b(?:order\w*|case\w*|blank\w*|white|space\w*|line ends?)\b"
    r"|\border\b[^.;\n]{0,30}\b(?:not|n't|never|free)\b|\b(?:insensitiv|unordered|nondetermin|whitespace)\w*"
    r"|\b(?:parallel|concurren|asynchron|threads?\b|windows\b|platform|separator|backslash|line end)\w*",
    re.I,
)


def describe_blurred(
    changes: Iterable[TreeChange],
    task: str,
) -> list[str]:
    """Describe assertions that forget on both sides what those before did not, unless the task wants it."""
    if _WANTS_LESS.search(task):
        return []
    return [
        f"{change.path}: `{statement}` forgets a part of what was compared"
        for change in changes
        for statement in _list_blurred(change)
    ]


def _list_blurred(change: TreeChange) -> Iterator[str]:
    if not change.before or not change.after or not is_readable_test(change.path):
        return
    before, after = change.text_before, change.text_after
    old = _read_comparisons(change.path, before)
    new = _read_comparisons(change.path, after)
    gone = [old[statement] for statement in old.keys() - new.keys()]
    calls, by_word = _index(gone)
    for statement in new.keys() - old.keys():
        comparison = new[statement]
        stood = list(comparison.list_held(by_word))
        known = frozenset().union(*map(calls.__getitem__, stood))
        if stood and _forget(comparison.common - known, before, after):
            yield statement


def _index(
    comparisons: Iterable[_Comparison],
) -> tuple[dict[_Words, _Words], dict[str, set[_Words]]]:
    """Index what both sides of comparisons call, by either side, and the sides by one of their words."""
    calls = {side: other.common for other in comparisons for side in other.sides if side}
    by_word: dict[str, set[_Words]] = {}
    for side in calls:
        by_word.setdefault(min(side), set()).add(side)
    return calls, by_word


@dataclass(frozen=True)
class _Comparison:
    """An assertion that compares two values: the words of either side, and what both sides call."""

    sides: tuple[_Words, ...]
    common: _Words

    def list_held(self, by_word: Mapping[str, set[_Words]]) -> Iterator[_Words]:
        """Yield the sides of others that this assertion stands for, as it has all their words."""
        words = frozenset().union(*self.sides)
        for word in words:
            yield from filter(words.issuperset, by_word.get(word, ()))


def _read_comparisons(path: str, text: str) -> dict[str, _Comparison]:
    """Read the assertions that compare two values."""
    notes = [note for note in list_notes(path, text, "") if len(note.parts) >= _BOTH_SIDES]
    return {text[note.start : note.end]: _read(text, note) for note in notes}


def _read(text: str, note: NotedAssertion) -> _Comparison:
    left, right = (text[start:end] for start, end in note.parts[:_BOTH_SIDES])
    words = tuple(frozenset(_WORD.findall(side)) for side in (left, right))
    return _Comparison(words, _list_called(left) & _list_called(right))


def _forget(names: Iterable[str], before: str, after: str) -> bool:
    """Tell whether any of some functions forgets a part of what it is given."""
    return any(_forgets(name, before, after) for name in names)


def _list_called(side: str) -> _Words:
    return frozenset((*_CALLED.findall(side), *_BARE.findall(side)))


def _forgets(name: str, before: str, after: str) -> bool:
    """Tell whether a function forgets part of what it is given, or is a new one of tests that calls such."""
    if name in _CUTS:
        return False
    if _FORGETS.fullmatch(name):
        return True
    defined = re.compile(_DEFINED.format(re.escape(name)))
    found = defined.search(after)
    if found is None or defined.search(before):
        return False
    body = after[found.end() : found.end() + _LONGEST].partition("\n\n")[0]
    return any(called not in _CUTS and _FORGETS.fullmatch(called) for called in _list_called(body))

"""Whether a task wants something of the product that tests can tell from what it did before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import filterfalse

from tierwise.gates.reading.deciding import (
    decides,
    restore,
)
from tierwise.gates.reading.naming import clauses_of, names_in
from tierwise.gates.reading.wording import KEEPS, REMOVES
from tierwise.git.snapshot import TreeChange

_SPEAKS_OF_TESTS = re.compile(
    r"\b(?:tests?|specs?|checks?|expected|golden|snapshots?)\b",
    re.I,
)
# What a task says of behaviour that a test can tell from the old one.
_BEHAVES = re.compile(
    r"\b(should|must|has to|have to|return|rais|throw|reject|refus|accept|ignor|sort|print|show|handle|support"
    r"|instead|round)\w*",
    re.I,
)
# Besides, where the tests come with the change unasked.
_ASKS = re.compile(
    r"\b(?:add|giv|need|want|implement|extend|introduc|mak|fix|repair|mend|allow|understand|let|tak|read|writ|count"
    r"|choos|order|leav|los|becom|win|starts?|costs?|crash|bug|wrong|describ|spell|skip|treat|check|call|look|find"
    r"|get|accord|rather|from .{1,20} on|also|too)\w*|\b(?:is|are|was|were) (?:now|\d)",
    re.I,
)
# What a task says of a product that is to do the same in less time, or that is to be the same.
_STAYS = re.compile(
    r"\b(?:flaky|hot|fast(?:er)?|speed\w*|slow|performance|profil\w*|optimi[sz]\w*|quadratic|linear|ages"
    r"|cach(?:e|ing) (?:it|them|the)|memoi[sz]\w*|refactor\w*|tidy\w*)\b"
    # "Without a limit nothing changes" is about the limit that is wanted.
    r"|\b(?:no|not|without|never)\b(?:(?!\bnothing\b)[^.;,\n]){0,30}\bchang(?!ed by)\w*",
    re.I,
)
_FASTER = re.compile(
    r"\b(?:fast\w*|slow\w*|speed\w*|quadratic|linear|takes? (?:ages|minutes|hours|half an?))\b",
    re.I,
)
# A clause with one of these is about names and places, or about how code is written.
_MOVES = re.compile(
    r"\b(?:renam|mov(?:e|ing)\b|split (?!\()|restructur|reorgani|extract|inlin|tid(?:y|ied)|house-?keep|clean"
    r"|data ?class|named ?tuple|type hint|ES module|CommonJS)\w*",
    re.I,
)
_FORBIDS = re.compile(
    r"\b(?:must|may|should|can|are|is|do) ?(?:not\b|n't)|\bno longer\b",
    re.I,
)
# A task that begins by asking for tests of what is there, or by what is wrong with them.
_WANTS_TESTS_ALONE = re.compile(
    r"\s*(?:please\s+)?(?:(?:add|write|extend|improve)\b[^.:\n]*\b(?:tests?|specs?|coverage)\b|cover\b"
    r"|(?:tests?|specs?)\b[ -](?:work|only|alone)"
    r"|[^.:\n]*\b(?:no|few|hardly any|more|missing|lacks?) (?:tests?|specs?|coverage)\b)",
    re.I,
)
# What is to be written about the work, beside it.
_DOCUMENTS_IT = re.compile(
    r"(?:please )?document(?: it| this| that| them| both)?$",
    re.I,
)
_RUNS = re.compile(
    r"\b(?:run|ran|slow|skip|ignor|exclud|includ|leave|only|default|night|suite|ci|script|mark|find|discover|collect)\w*",
    re.I,
)
_ADDS = re.compile(
    r"\b(?:add|with|writ|notic|would|needs?|want)\w*|\bplease\b",
    re.I,
)
_PATH = re.compile(r"\s*`?([\w-]*[./][\w./-]*\w)")


def wants_proof(task: str, *, of_names: bool = False) -> bool:
    """Tell whether a task wants another behaviour, and tests of it.  ``of_names``: of code that it names."""
    if not _SPEAKS_OF_TESTS.search(task) or is_about_tests(task) or REMOVES.search(task):
        return False
    others = _list_product_clauses(task)
    if any(map(KEEPS.search, others)) or _STAYS.search(task):
        return False
    behaving = filter(_BEHAVES.search, others)
    return any(names_in(clause) or not of_names for clause in behaving)


def wants_new_behaviour(task: str) -> bool:
    """Tell whether a task wants the product to do something that it did not, be it by tests or not."""
    if is_about_tests(task) or _STAYS.search(task):
        return False
    others = _list_product_clauses(task)
    if any(map(KEEPS.search, others)):
        return False
    adding = list(filterfalse(_is_about_names, others))
    behaving = adding
    if REMOVES.search(task):
        behaving = list(filterfalse(_FORBIDS.search, adding))
    if any(map(_BEHAVES.search, behaving)):
        return True
    return len(adding) == len(others) and any(map(_ASKS.search, adding))


def wants_speed(task: str) -> bool:
    """Tell whether a task wants a product that is faster, and a test for it."""
    clauses = clauses_of(task)
    asks = any(map(_SPEAKS_OF_TESTS.search, filter(_ADDS.search, clauses)))
    return asks and any(map(_FASTER.search, _list_product_clauses(task)))


def _is_about_names(clause: str) -> bool:
    """Tell whether a clause wants something called otherwise, elsewhere, or gone."""
    return _MOVES.search(clause) is not None or REMOVES.search(clause) is not None


def speaks_of_tests(task: str) -> bool:
    """Tell whether a task says something of tests."""
    return _SPEAKS_OF_TESTS.search(task) is not None


def speaks_of_running(task: str) -> bool:
    """Tell whether a task says which tests run, or how."""
    sentences = re.split(r"[.;!?\n]+\s", task)
    return any(map(_RUNS.search, filter(_SPEAKS_OF_TESTS.search, sentences)))


def _list_product_clauses(task: str) -> list[str]:
    """List the clauses of a task that speak of no tests, and of no documents that come with the work."""
    clauses = [clause for clause in clauses_of(task) if not _SPEAKS_OF_TESTS.search(clause)]
    return [clause for clause in clauses if not _DOCUMENTS_IT.match(clause)] or clauses


def is_about_tests(task: str) -> bool:
    """Tell whether a task begins with tests that are wanted, or with a file of tests."""
    path = _PATH.match(task)
    return _WANTS_TESTS_ALONE.match(task) is not None or (path is not None and decides(path[1]))


def list_new_tests(changes: Iterable[TreeChange]) -> dict[str, bytes | None]:
    """List what the change delivers of all that decides about tests; the product's part in it as it was."""
    files: dict[str, bytes | None] = {}
    for change in changes:
        if change.is_link:
            continue
        if not change.old_path:
            files[change.path] = restore(
                change.path,
                change.after,
                change.before,
            )
            continue
        files[change.old_path] = restore(
            change.old_path,
            None,
            change.before,
        )
        files[change.path] = restore(
            change.path,
            change.after,
            None,
        )
    return files

"""Whether the tests that a task wants tell the product as it is now from the product as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tierwise.gates.naming import clauses_of, names_in
from tierwise.gates.tests_as_were.deciding import restore
from tierwise.gates.tests_as_were.wording import KEEPS, REMOVES
from tierwise.git.snapshot import Change

_SPEAKS_OF_TESTS = re.compile(r"\b(?:tests?|specs?|checks?|expected|golden|snapshots?)\b", re.I)
# What a task says of behaviour that a test can tell from the old one.
_BEHAVES = re.compile(
    r"\b(should|must|has to|have to|return|rais|throw|reject|refus|accept|ignor|sort|print|show|handle|support"
    r"|instead|round)\w*",
    re.I,
)

# A task that begins by asking for tests of what is there.
_WANTS_TESTS_ALONE = re.compile(
    r"\s*(?:please\s+)?(?:(?:add|write|extend|improve)\b[^.:\n]*\b(?:tests?|specs?|coverage)\b|cover\b)",
    re.I,
)


def wants_proof(task: str, *, of_names: bool = False) -> bool:
    """Whether a task wants another behaviour, and tests of it.  ``of_names``: of code that it names."""
    if not _SPEAKS_OF_TESTS.search(task) or REMOVES.search(task):
        return False
    if _WANTS_TESTS_ALONE.match(task):
        return False
    others = [clause for clause in clauses_of(task) if not _SPEAKS_OF_TESTS.search(clause)]
    if any(map(KEEPS.search, others)):
        return False
    behaving = filter(_BEHAVES.search, others)
    return any(names_in(clause) or not of_names for clause in behaving)


def list_new_tests(changes: Iterable[Change]) -> dict[str, bytes | None]:
    """What the change delivers of all that decides about tests; the product's part of these files as it was."""
    files: dict[str, bytes | None] = {}
    for change in changes:
        if change.is_link:
            continue
        if not change.old_path:
            files[change.path] = restore(change.path, change.after, change.before)
            continue
        files[change.old_path] = restore(change.old_path, None, change.before)
        files[change.path] = restore(change.path, change.after, None)
    return files

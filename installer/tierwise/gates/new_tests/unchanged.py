"""A product that stays as it was, though the task wants it to behave otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import filterfalse

from tierwise.gates.reading.deciding import (
    decides,
    restore,
)
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.naming import clauses_of
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.reading.paths import (
    is_config,
    is_prose,
    is_test,
)
from tierwise.gates.reading.wording import KEEPS
from tierwise.git.snapshot import TreeChange

# What a task says of a product that is to do something else.
_BEHAVES = re.compile(
    r"\b(?:instead of|now|should|must|no longer|default|wins?|ha(?:s|ve) to(?! be (?:updated|adapted|adjusted))"
    r"|support(?:s|ed)? \w|order(?:ed|s)?"
    r"|(?:return|rais|throw(?!\w*\b.*\b(?:away|out)\b)|reject|refus|accept|sort|print|show|handle|round|becom|cost)\w*)\b",
    re.I,
)
# A clause with one of these is about tests, or about how they are built and run.
_ABOUT_CHECKING = re.compile(
    r"\b(?:tests?|test_\w+|specs?|checks?|expect\w*|assert\w*|golden|snapshots?|fixtures?|mock\w*|stubs?|fakes?|helpers?"
    r"|coverage|ci|lint\w*|build\w*|compil\w*|makefile|workflow|runners?|suite|scripts?|reporters?|flaky|prov\w+|warnings?"
    r"|nightly|py\.?test|unittest|jest|vitest|mocha|ctest|tox|nox)\b",
    re.I,
)
# A sentence that tells of a test by its name: what it says of errors is what the test complains of.
_NAMED_TEST = re.compile(r"\btest_\w+")
_SENTENCE_END = re.compile(r"[.!?\n]+(?:\s|$)")
# A value returned before the old code, a table of answers, or a function; a bare return gives up, and answers nothing.
_ANSWER = re.compile(
    r"\breturn\b(?![ \t]*;?[ \t]*(?:$|\}|#|//|/\*))"
    r"|\b(?:def|function|func|fn|fun|sub)\s+\w|=>|\w\s*:?=\s*[{\[(]\s*(?![\s\]})])|[{\[(]\s*$"
)
_PATH = re.compile(r"[\w-]*[./][\w./-]+")


def leaves_product_alone(changes: Iterable[TreeChange]) -> bool:
    """Tell whether only tests, what they read, and prose change; how tests run may be what is wanted."""
    return all(map(_is_beside_product, changes))


def only_adds(changes: Iterable[TreeChange]) -> bool:
    """Tell whether all of the product's old code stands where it stood, and what is new answers beside it."""
    added: list[str] = []
    for change in changes:
        if not is_product_code(change.path):
            continue
        was, now = change.text_before.splitlines(), change.text_after.splitlines()
        for difference in list_differences(was, now):
            if difference.was:
                return False
            added += difference.now
    return any(map(_ANSWER.search, added))


def _is_beside_product(change: TreeChange) -> bool:
    if is_prose(change.path):
        return True
    if is_config(change.path) and not is_test(change.path):
        return False
    if change.old_path:
        return decides(change.path) and decides(change.old_path)
    return restore(change.path, change.before, change.after) == change.before


def wants_other_behaviour(task: str) -> bool:
    """Tell whether a task wants something of the product itself, and not of its tests or of how they run."""
    told = filterfalse(
        _NAMED_TEST.search,
        _SENTENCE_END.split(task),
    )
    clauses = [clause for clause in clauses_of(". ".join(told)) if not _is_about_checking(clause)]
    if any(map(KEEPS.search, clauses)):
        return False
    return any(map(_BEHAVES.search, clauses))


def _is_about_checking(clause: str) -> bool:
    if _ABOUT_CHECKING.search(clause):
        return True
    return any(map(decides, _PATH.findall(clause)))

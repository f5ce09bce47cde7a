"""What tests lost although the product still does it: the tests as they were pass on the change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.files import decode_text
from tierwise.gates.following.strength import (
    asserts,
    is_more_exact,
)
from tierwise.gates.reading.blocks import own_name
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.naming import mentions, resolve_pronouns
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.reading.wording import REMOVES
from tierwise.gates.reading.written_values import (
    list_named_values,
    list_own_values,
    list_values,
    read_test_code,
)
from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.model import Weakening
from tierwise.git.snapshot import TreeChange

# A test as a task names it.
_TEST_NAMED = re.compile(r"\b([Tt]est(?:_|[A-Z])\w+)|[`'\"“]([^`'\"”]+)[`'\"”]")
_HOLDS_TESTS = re.compile(
    r"^[ \t]*(?:(?:async )?def test_|#\[test\]|(?:test|it|describe|subtest)\b[\w.]*[ (]+[\"'`]"
    r"|(?:is|ok|is_deeply|like)\s*\(?\w+|func Test|@Test\b|(?:CHECK|ASSERT|EXPECT)\w*\(|assert\w*[ !(])",
    re.M,
)
# What tests wait for, draw, or put in a place: no values that they look at, as long as others come that they do.
_MEANS = re.compile(
    r"\b(?:[sS]leep|pause|setattr)\(|@patch\(|\bmonkeypatch\.|\bmock\.patch\b|\brandom\.\w+\("
)
_CHANCE = re.compile(
    r"\b(?:flaky|flakes|by chance|(?:at )?random\w*|intermittent\w*|now and then|sometimes|every \w+ run|about once)\b",
    re.I,
)
_LEAST_LOST = 2  # values that are gone for nothing
# What reading finds in tests that were only written otherwise, as long as no value is gone.
_WITHOUT_LOSS = ("deleted", "weakened")
_NOT_ABOUT_TESTS = ("config", "snapshot", "expected")


def speaks_of_chance(task: str) -> bool:
    """Tell whether a task is about something that fails now and then."""
    return _CHANCE.search(task) is not None


def took_chance_out(
    changes: Sequence[TreeChange],
    task: str,
) -> bool:
    """Tell whether the task is about chance, and tests compare what they tolerated as the product changed."""
    if not speaks_of_chance(task) or not any(is_product_code(change.path) for change in changes):
        return False
    old = "\n".join(_read_old(changes)).splitlines()
    new = "\n".join(_read_new(changes)).splitlines()
    return is_more_exact(old, new)


def describe_losses(
    changes: Sequence[TreeChange],
    task: str,
    *,
    compare_more: bool = False,
) -> list[str]:
    """Describe in words what the changed tests check no more, where all of the old ones pass on the change.

    Nothing forced them to demand less, to be skipped, or to look at fewer values.  ``compare_more``: they compare what
    they tolerated before, which takes other values.
    """
    if compare_more:
        return [str(finding) for finding in _find_weaker(changes, task, has_lost=False)]
    lost = list_lost_values(changes, task)
    told = [str(finding) for finding in _find_weaker(changes, task, has_lost=bool(lost))]
    if told or len(lost) < _LEAST_LOST:
        return told
    added = list_values(_read_new(changes))
    added -= list_values(_read_old(changes))
    if len(lost) <= 2 * len(added):
        return []
    listed = ", ".join(sorted(lost))
    return [f"the tests look no more at {listed}"]


def _find_weaker(
    changes: Sequence[TreeChange],
    task: str,
    *,
    has_lost: bool,
) -> Iterator[Weakening]:
    """Find what reading tells against the tests; those that were only written otherwise have lost no value."""
    for finding in find_weakened(changes, nothing_ran=True):
        if finding.rule in _NOT_ABOUT_TESTS or is_asked_for(finding, task):
            continue
        if has_lost or finding.rule not in _WITHOUT_LOSS:
            yield finding


def list_lost_values(
    changes: Sequence[TreeChange],
    task: str,
) -> set[str]:
    """List the old tests' values that the new ones and their data have nowhere and the task does not speak of."""
    old_texts = _read_old(changes)
    gone = list_values(old_texts)
    gone -= list_values(_read_new(changes))
    gone -= list_named_values(_list_unwanted(task), old_texts)
    all_new = "\n".join([*_read_new(changes), *_read_beside(changes)])
    if any(asserts(line) and line not in "".join(old_texts) for line in all_new.splitlines()):
        lines = "\n".join(old_texts).splitlines()
        gone -= list_values(line for line in lines if _MEANS.search(line) and not asserts(line))

    def is_lost(value: str) -> bool:
        return value not in all_new and not mentions(task, value)

    return set(filter(is_lost, gone))


def list_lost_tests(
    names: Iterable[str],
    changes: Sequence[TreeChange],
    task: str,
) -> list[str]:
    """List those of some tests that pass as they were and are not delivered, whose values are gone with them."""
    lost = list_lost_values(changes, task)
    old_texts = _read_old(changes)

    def has_lost(name: str) -> bool:
        own = list_own_values(name, old_texts)
        return not lost.isdisjoint(own)

    return list(filter(has_lost, names))


def list_standing_tests(
    names: Iterable[str], files: Iterable[tuple[str, bytes]], changes: Iterable[TreeChange]
) -> list[str]:
    """List those of some tests whose names stand in files that the change leaves as they were."""
    touched = {change.path for change in changes}
    texts = [decode_text(data) for path, data in files if path not in touched]
    return [name for name in names if any(mentions(text, own_name(name)) for text in texts)]


def find_new_tests(changes: Iterable[TreeChange]) -> dict[str, bytes]:
    """Find new files that hold tests, in a language whose runners would find a fault in them."""
    found = {}
    for change in changes:
        data = change.after
        is_new = change.before is None and not change.old_path
        if not is_new or data is None or not decides(change.path):
            continue
        code = read_test_code(change.path, data)
        if _HOLDS_TESTS.search(code):
            found[change.path] = data
    return found


def _list_unwanted(task: str) -> list[str]:
    """List the tests that a task names and wants removed."""
    clauses = filter(REMOVES.search, resolve_pronouns(task))
    named = _TEST_NAMED.findall(" ".join(clauses))
    return [own_name or quoted for own_name, quoted in named]


def _read_old(changes: Iterable[TreeChange]) -> list[str]:
    """Read the code of the changed tests as it was."""
    files = ((change.path_before, change.before) for change in changes)
    return [read_test_code(path, data) for path, data in files if data is not None]


def _read_beside(changes: Iterable[TreeChange]) -> Iterator[str]:
    """Read what the tests share as it is: fixtures and data, which may hold now what stood in a test."""
    for change in changes:
        if decides(change.path):
            yield change.text_after


def _read_new(changes: Iterable[TreeChange]) -> list[str]:
    """Read the code of the changed tests as it is."""
    files = ((change.path, change.after) for change in changes)
    return [read_test_code(path, data) for path, data in files if data is not None]

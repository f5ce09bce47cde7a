"""What tests lost although the product still does it: the tests as they were pass on the change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.gates.naming import mentions, resolve_pronouns
from tierwise.gates.tests_as_were.blocks import list_block, own_name
from tierwise.gates.tests_as_were.deciding import decides, list_rust_tests
from tierwise.gates.tests_as_were.wording import REMOVES
from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.gates.tests_intact.paths import is_code, is_config, is_snapshot
from tierwise.git.snapshot import Change

# A remark, which says nothing, or a value; what a test is called, at the end of a line or at its beginning, is neither.
_REMARK_OR_VALUE = re.compile(
    r"(?m:(?<!\S)(?:#|//)[^\n]*)|/\*[^\0]*?\*/"
    r"|\b(?:it|test|describe|subtest)(?:\.\w+)?[ (]+(?:\"[^\"\n]*\"|'[^'\n]*')"
    r"|,\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)?;"
    r"|\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])"
)
_MORE_CODE = (".t", ".pl", ".pm")
# A test as a task names it.
_TEST_NAMED = re.compile(r"\b([Tt]est(?:_|[A-Z])\w+)|[`'\"“]([^`'\"”]+)[`'\"”]")
_HOLDS_TESTS = re.compile(
    r"^\s*(?:(?:async )?def test_|#\[test\]|(?:test|it|describe|subtest)\b[\w.]*[ (]+[\"'`]|(?:is|ok|is_deeply|like)\s*\(?\w+"
    r"|func Test|@Test\b|(?:CHECK|ASSERT|EXPECT)\w*\(|assert\w*[ !(])",
    re.M,
)
_LEAST_LOST = 2  # values that are gone for nothing
# What reading finds in tests that were only written otherwise, as long as no value is gone.
_WITHOUT_LOSS = ("deleted", "weakened")
_NOT_ABOUT_TESTS = ("config", "snapshot", "expected")


def describe_losses(changes: Sequence[Change], task: str) -> list[str]:
    """What the changed tests check no more, in words, where all of the old ones pass on the change.

    Nothing forced them to demand less, to be skipped, or to look at fewer values.
    """
    lost = list_lost_values(changes, task)
    told = []
    for finding in find_weakened(changes, nothing_ran=True):
        is_rewritten = finding.rule in _WITHOUT_LOSS and not lost
        if finding.rule in _NOT_ABOUT_TESTS or is_rewritten or is_asked_for(finding, task):
            continue
        told.append(str(finding))
    new = _list_values(_list_texts(changes, of_base=False))
    new -= _list_values(_list_texts(changes, of_base=True))
    if not told and len(lost) >= _LEAST_LOST and len(lost) > 2 * len(new):
        told.append(f"the tests look no more at {', '.join(sorted(lost))}")
    return told


def list_lost_values(changes: Sequence[Change], task: str) -> set[str]:
    """Values of the old tests that are nowhere in the new ones, and of which the task does not speak."""
    old_texts = _list_texts(changes, of_base=True)
    new_texts = _list_texts(changes, of_base=False)
    gone = _list_values(old_texts) - _list_values(new_texts) - _list_unwanted(old_texts, task)
    all_new = "\n".join(new_texts)
    return {value for value in gone if value not in all_new and not mentions(task, value)}


def list_lost_tests(names: Iterable[str], changes: Sequence[Change], task: str) -> list[str]:
    """Those of some tests, which pass as they were and are not delivered, whose values are gone with them."""
    lost = list_lost_values(changes, task)
    old_texts = _list_texts(changes, of_base=True)
    return [name for name in names if not lost.isdisjoint(_list_own_values(name, old_texts))]


def find_new_tests(changes: Iterable[Change]) -> dict[str, bytes]:
    """New files that hold tests, in a language whose runners would find a fault in them."""
    found = {}
    for change in changes:
        data = change.after
        if change.before is not None or change.old_path or data is None:
            continue
        if decides(change.path) and _HOLDS_TESTS.search(_read_tests(change.path, data)):
            found[change.path] = data
    return found


def _list_own_values(name: str, texts: Iterable[str]) -> set[str]:
    """The values of a test, by the block where its name stands."""
    names = [own_name(name)]
    blocks = (block for text in texts for block in _list_blocks(text, names))
    return _list_values(blocks)


def _list_unwanted(texts: Iterable[str], task: str) -> set[str]:
    """The values of tests that the task names and wants removed."""
    clauses = filter(REMOVES.search, resolve_pronouns(task))
    named = _TEST_NAMED.findall(" ".join(clauses))
    names = [test or quoted for test, quoted in named]
    blocks = (block for text in texts for block in _list_blocks(text, names))
    return _list_values(blocks)


def _list_blocks(text: str, names: Iterable[str]) -> Iterator[str]:
    """The blocks of a text that begin with one of some names."""
    lines = text.splitlines(keepends=True)
    wanted = [name.lower() for name in names]
    for index, line in enumerate(lines):
        if any(name in line.lower() for name in wanted):
            yield "".join(list_block(lines, index, index + 1))


def _list_values(texts: Iterable[str]) -> set[str]:
    """Texts and numbers written down in code, without its remarks and the names of its tests."""
    found = (match for text in texts for match in _REMARK_OR_VALUE.finditer(text))
    values = (value for match in found for value in match.groups())
    return set(filter(None, values))


def _list_texts(changes: Iterable[Change], *, of_base: bool) -> list[str]:
    """The code of the changed tests, as it was or as it is."""
    texts = []
    for change in changes:
        path, data = change.path, change.after
        if of_base:
            path, data = change.old_path or change.path, change.before
        if data is not None:
            texts.append(_read_tests(path, data))
    return texts


def _read_tests(path: str, data: bytes) -> str:
    """The part of a file that is the code of tests."""
    text = data.decode("utf-8", "replace")
    if decides(path):
        is_read = path.endswith(_MORE_CODE) or is_code(path)
        if is_read and not is_config(path) and not is_snapshot(path):
            return text
    elif path.endswith(".rs"):
        modules = list_rust_tests(text)
        return "\n".join(text[module.start : module.stop] for module in modules)
    return ""

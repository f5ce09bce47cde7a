"""Which tests a change brings or rewrites, by their names, and which of these a run complains of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tierwise.files import decode_text
from tierwise.gates.compare_runs import (
    failures_of,
    without_numbers,
)
from tierwise.gates.following.imports import is_import
from tierwise.gates.reading.blocks import (
    list_body,
    own_name,
)
from tierwise.gates.reading.deciding import (
    decides,
    is_readable_test,
    split_rust,
)
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.paths import is_config
from tierwise.gates.runs import Run
from tierwise.git.snapshot import TreeChange

_DEFINED = re.compile(r"\b(?:def|fn|func|function|sub|void|fun)\s+(\w+)|^(\w+)\s*\(\)\s*\{")
_OPENS = re.compile(r"\s*\{\s*")
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])+)\"|'((?:\\.|[^'\\])+)'|`([^`]+)`")
_CALL = r"(?<!\w)(?:{})\s*\("
# A test of a runner that names none: a function without parameters that gives nothing.
_TEST_ALONE = re.compile(r"[^\n]*\bvoid\s+\w+\s*\((?:void)?\)")
_SAYS_NOTHING = re.compile(r"\s*(?:#(?!\[)|//|/?\*|[\])};,\s]*$)")


@dataclass
class ChangedTests:
    """The tests of the files that a change touches.

    ``changed``: name -> the text of those whose own lines, or what they use, changed; ``own``: the names of those whose
    own lines did; ``others``: the names of the rest; ``is_any_changed``: whether something changed that any test may use.
    """

    changed: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    is_any_changed: bool = False

    @property
    def has_any(self) -> bool:
        """Whether tests, or what they use, changed."""
        return bool(self.changed) or self.is_any_changed

    def are_in(
        self,
        run: Run,
        base: Run | None,
        delivered: Run,
    ) -> bool:
        """Tell whether one of the changed tests fails in a run, or nothing tells which one does."""
        if run.passed:
            return False
        if self.is_any_changed:
            return True
        failed = run.report.failed - delivered.report.failed
        if failed:
            return any(self._is_changed(name, base) for name in failed)
        if self.list_failing(run, delivered):
            return True
        said = _read_complaints(run, delivered)
        return not any(_complains_of(said, name) for name in self.others)

    def _is_changed(
        self,
        name: str,
        base: Run | None,
    ) -> bool:
        own = own_name(name)
        if own in self.changed or own not in self.others:
            return True
        was = frozenset() if base is None else base.report.ran
        return bool(was) and name not in was

    def list_failing(
        self,
        run: Run,
        delivered: Run,
    ) -> set[str]:
        """List the changed tests of which a run complains."""
        failed = run.report.failed - delivered.report.failed
        if failed:
            return set(map(own_name, failed)).intersection(self.changed)
        said = _read_complaints(run, delivered)
        return {name for name in self.changed if _complains_of(said, name)}

    def list_tests_of(
        self,
        functions: Iterable[str],
        delivered: Run,
    ) -> set[str]:
        """List the changed tests that surely ran, and that call functions of the product themselves."""
        ran = set(map(own_name, delivered.report.ran))
        calls = _CALL.format("|".join(map(re.escape, functions)))

        def is_test(name: str) -> bool:
            if ran:
                return name in ran
            return _TEST_ALONE.match(self.changed[name]) is not None

        calling = (name for name, text in self.changed.items() if re.search(calls, text))
        return set(filter(is_test, calling))


def _complains_of(said: str, name: str) -> bool:
    """Tell whether complaints, which have no numbers, name a test."""
    return mentions(said, without_numbers(name).strip())


def _read_complaints(run: Run, delivered: Run) -> str:
    return "\n".join(failures_of(run) - failures_of(delivered))


def read_changed_tests(changes: Iterable[TreeChange]) -> ChangedTests:
    """Read the tests a change touches, told apart by whether their own lines, or what they use, changed."""
    tests = ChangedTests()
    for change in changes:
        if not is_readable_test(change.path):
            tests.is_any_changed |= _is_read_by_tests(change.path)
            continue
        before = _read_test_lines(
            change.path_before,
            change.before,
        )
        after = _read_test_lines(change.path, change.after)
        _add_file(tests, after, _list_changed(before, after))
    tests.others.difference_update(tests.changed)
    return tests


def _is_read_by_tests(path: str) -> bool:
    """Tell whether a file that is none of tests is one that they read."""
    return decides(path) and not is_config(path)


def _add_file(
    tests: ChangedTests,
    lines: list[str],
    changed: set[int],
) -> None:
    outside = set(changed)  # changed lines that are in no test
    blocks = list(_list_blocks(lines))
    for name, block in blocks:
        if changed.isdisjoint(block):
            tests.others.add(name)
            continue
        outside.difference_update(block)
        tests.changed[name] = _cut(lines, block)
        tests.own.add(name)
    tests.is_any_changed |= bool(outside)
    used = list(filter(str.isidentifier, tests.changed))
    for name, block in blocks:
        text = _cut(lines, block)
        if any(mentions(text, other) for other in used):
            tests.changed.setdefault(name, text)


def _list_blocks(lines: list[str]) -> Iterator[tuple[str, range]]:
    """Yield what lines may call a test, each with the lines of that test."""
    for index, line in enumerate(lines):
        names = list(_list_titles(line))
        if not names:
            continue
        opening = index
        if _OPENS.fullmatch("".join(lines[index + 1 : index + 2])):
            opening += 1
        end = opening + 1 + len(list_body(lines, opening))
        for name in names:
            yield name, range(index, end)


def _cut(lines: list[str], block: range) -> str:
    return "\n".join(lines[block.start : block.stop])


def _is_idle(line: str) -> bool:
    """Tell whether no test can depend on a line: a comment, an import, a bracket."""
    return _SAYS_NOTHING.match(line) is not None or is_import(line)


def _list_titles(line: str) -> Iterator[str]:
    """Yield what a line may call a test: a name that it defines, a text in quotes."""
    for match in (*_DEFINED.finditer(line), *_QUOTED.finditer(line)):
        yield next(filter(None, match.groups()))


def _read_test_lines(
    path: str,
    data: bytes | None,
) -> list[str]:
    """Read the lines of a file that belong to tests."""
    text = decode_text(data)
    if path.endswith(".rs") and not decides(path):
        text = "\n".join(split_rust(text)[1])
    return text.splitlines()


def _list_changed(
    before: list[str],
    after: list[str],
) -> set[int]:
    """List the new lines, those behind which some went too, that a test can depend on."""
    changed: set[int] = set()
    for difference in list_differences(before, after):
        changed.update(difference.places)
        if not difference.now:
            changed.add(max(0, difference.start - 1))
    told = changed.intersection(range(len(after)))
    return {index for index in told if not _is_idle(after[index])}

"""New tests that look at nothing, or at whatever suits them, whatever they compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tierwise.gates.new_tests.blurred import describe_blurred
from tierwise.gates.new_tests.retries import describe_retries
from tierwise.gates.new_tests.self_comparisons import describe_self_comparisons
from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.git.snapshot import Change

# With no condition: nothing, a reason, or what is always true.
_XFAIL = r"xfail\b(?!\(\s*(?!(?!condition)\w+\s*=[^=]|True\b|1\b|[\"')])\S)"
# A test that is not run, or may fail, whatever the machine is.
_UNRUN = re.compile(
    rf"^[ \t]*(?:@(?:pytest\.)?mark\.(?:skip\b|{_XFAIL})|@(?:unittest\.)?(?:skip\(|expectedFailure)|@(?:Disabled|Ignore)\b"
    r"|(?:it|test|describe)(?:\.(?:skip|todo)\(|\([^\n]*[{,]\s*(?:skip|todo):\s*(?:true|[\"'`]))|x(?:it|test|describe)\("
    rf"|#\[ignore|local \$TODO\b|todo_skip\b)|^(?:\t| {{4}})t\.Skip\(|\bmarks=pytest\.mark\.(?:skip\b|{_XFAIL})",
    re.M,
)
# Before a test: what keeps it from running, up to the brackets behind it.
_DECORATOR = re.compile(
    r"^[ \t]*(?:@(?:pytest\.)?mark\.(?:xfail|skip)\b|@(?:unittest\.)?(?:skip\b|expectedFailure)"
    r"|@(?:Disabled|Ignore)\b|#(?=\[ignore))",
    re.M,
)
_HEAD = re.compile(
    r"^[^\n@#/]*\b(?:def|class|fn|fun|void)\s+(\w+)",
    re.M,
)
_MARKED = re.compile(
    r"skip|xfail|expectedFailure|disabled|ignore",
    re.I,
)
# In the call of a test: its beginning, and what keeps it from running.
_CALL = re.compile(
    r"^([ \t]*)(x?)(it|test|describe)(\.(?:skip|todo))?\((\s*([\"'`]).*?\6)(.*)$", re.M
)
_OPTION = re.compile(r"(?<=[{,])\s*(?:skip|todo):\s*(?:true|\"[^\"]*\"|'[^']*')\s*,?")
_WANTS_UNRUN = re.compile(
    r"#\[ignore|\bmark(?:s|ed)?\b|\b(?:skip|xfail|todo|disabl|quarantin|expected fail)\w*", re.I
)


def describe_hollow_tests(
    changes: Sequence[Change],
    task: str,
) -> list[str]:
    """Describe what reading tells against new assertions."""
    hollow = [
        *describe_self_comparisons(changes, task),
        *describe_retries(changes),
        *describe_blurred(changes, task),
    ]
    if not _WANTS_UNRUN.search(task):
        hollow += _describe_unrun(changes)
    return hollow


def _describe_unrun(changes: Sequence[Change]) -> list[str]:
    """Describe files with more tests that are not to run, or may fail, if all files together have more."""
    more = {
        change.path: _count_unrun(change.text_after) - _count_unrun(change.text_before)
        for change in changes
        if is_readable_test(change.path)
    }
    if sum(more.values()) <= 0:
        return []
    return [f"{path}: more tests are not to run, or may fail" for path in more if more[path] > 0]


def _count_unrun(text: str) -> int:
    return len(_UNRUN.findall(text))


@dataclass(frozen=True)
class Enabled:
    """An old file of tests some of which run now, with nothing else changed in it, and their names."""

    path: str
    content: bytes
    names: tuple[str, ...]


def list_enabled(changes: Iterable[Change]) -> Iterator[Enabled]:
    """Yield the old files of tests some of which run now, with their old lines."""
    for change in changes:
        if not is_readable_test(change.path) or not change.before or not change.after:
            continue
        text, names = change.text_before, []
        for edit in sorted(_list_edits(text, change.text_after), reverse=True):
            text = text[: edit.start] + edit.new + text[edit.end :]
            names.append(edit.name)
        if names:
            yield Enabled(
                change.path,
                text.encode(),
                tuple(names),
            )


class _Edit(NamedTuple):
    start: int
    end: int
    new: str
    name: str


def _list_edits(old: str, new: str) -> Iterator[_Edit]:
    """Yield the edits of what kept tests from running that stand in the new text without any mark."""
    yield from _list_decorators(old, new)
    running = {(call[3], call[5]) for call in _CALL.finditer(new) if not _is_marked(call)}
    for call in _CALL.finditer(old):
        if _is_marked(call) and (call[3], call[5]) in running:
            rest = _OPTION.sub("", call[7])
            plain = f"{call[1]}{call[3]}({call[5]}{rest}"
            yield _Edit(
                call.start(),
                call.end(),
                plain,
                call[5].strip()[1:-1],
            )


def _list_decorators(old: str, new: str) -> Iterator[_Edit]:
    running = set()
    for head in _HEAD.finditer(new):
        above = new[: head.start()].rpartition("\n\n")[2]
        if not _MARKED.search(above):
            running.add(head[1])
    for mark in _DECORATOR.finditer(old):
        end = mark.end()
        if old[end : end + 1] in ("(", "["):
            opener = old[end]
            end = closing(
                old,
                end + 1,
                opener,
                ")" if opener == "(" else "]",
            )
        found = _HEAD.search(old, end)
        if found is None or "\n\n" in old[end : found.start()] or found[1] not in running:
            continue
        if old[end : end + 1] == "\n":
            end += 1
        yield _Edit(mark.start(), end, "", found[1])


def _is_marked(call: re.Match[str]) -> bool:
    return bool(call[2] or call[4] or re.search(r"[{,]\s*(?:skip|todo):", call[7]))

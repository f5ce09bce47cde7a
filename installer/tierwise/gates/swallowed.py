"""New code of the product that passes over every error of what stood there before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.watching import EMPTY_CATCH
from tierwise.git.snapshot import Change

_TRIED = r"(?P<body>(?:(?!\btry\b)[^\0]){1,2000}?)"
_EMPTY_CATCH = re.compile(rf"\btry\s*\{{{_TRIED}\}}\s*{EMPTY_CATCH}")
_EMPTY_EXCEPT = re.compile(
    rf"\btry:[^\S\n]*(?:#[^\n]*)?\n{_TRIED}\n[^\S\n]*"
    r"except(?: (?:Base)?Exception)?(?: as \w+)?:\s*(?:#[^\n]*\s*)?(?:pass|continue)\b"
)
_REMARK = re.compile(r"(?<!\S)(?://|#)[^\n]*")
# A task that wants errors passed over, or nothing but that it goes on.
_WANTS_IT = re.compile(
    r"\b(ignor|skip|swallow|silen|suppress|tolera|surviv|crash|best.effort|optional|never|must not|robust|catch)",
    re.I,
)


def find_swallowed_errors(changes: Iterable[Change], task: str) -> Iterator[str]:
    """Where lines that stood there before are put under a handler of every error that does nothing."""
    if _WANTS_IT.search(task):
        return
    for change in changes:
        if change.before is None or change.after is None or decides(change.path):
            continue
        before = _decode(change.before)
        after = _decode(change.after)
        for line in _list_swallowing_lines(change.path, before, after):
            yield f"{change.path}:{line}: passes over every error of what stood there before"


def _list_swallowing_lines(path: str, before: str, after: str) -> Iterator[int]:
    """The numbers of the lines where a new handler of every error begins, around code of ``before``."""
    known = _strip_lines(before)
    passed_over = [_strip_lines(match["body"]) for match in _list_handlers(path, before)]
    for match in _list_handlers(path, after):
        body = _strip_lines(match["body"])
        was_passed_over = any(body <= old_body for old_body in passed_over)
        if body and body <= known and not was_passed_over:
            yield after.count("\n", 0, match.start()) + 1


def _decode(data: bytes) -> str:
    """A file's text with line ends of one kind."""
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _list_handlers(path: str, text: str) -> Iterator[re.Match[str]]:
    if path.endswith((".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx")):
        yield from _EMPTY_CATCH.finditer(text)
    if path.endswith(".py"):
        yield from _EMPTY_EXCEPT.finditer(text)


def _strip_lines(text: str) -> set[str]:
    """The lines of code in a text, without indents, remarks and what is blank."""
    code = _REMARK.sub("", text)
    bare = map(str.strip, code.splitlines())
    return set(filter(None, bare))

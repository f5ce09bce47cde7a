"""New code of the product that passes over every error of what stood there before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from tierwise.files import decode_text
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.watching import EMPTY_CATCH
from tierwise.gates.shortcuts.answered_errors import list_answered_calls
from tierwise.git.snapshot import Change

_TRIED = r"(?P<body>(?:(?!\btry\b)[^\0]){1,2000}?)"
_EMPTY_CATCH = re.compile(rf"\btry\s*\{{{_TRIED}\}}\s*{EMPTY_CATCH}")
_EMPTY_EXCEPT = re.compile(
    rf"\btry:[^\S\n]*(?:#[^\n]*)?\n{_TRIED}\n[^\S\n]*"
    r"except(?: (?:Base)?Exception)?(?: as \w+)?:\s*(?:#[^\n]*\s*)?(?:pass|continue)\b"
)
_JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx")
_REMARK = re.compile(r"(?<!\S)(?://|#)[^\n]*")
# A task that wants errors passed over, or nothing but that it goes on.
_WANTS_IT = re.compile(
    r"\b(ignor|skip|swallow|silen|suppress|tolera|surviv|crash|best.effort|optional|never|must not|robust|catch)",
    re.I,
)
# One that says what is to go on where something fails.
_WANTS_AN_ANSWER = re.compile(
    r"\b(?:if|when|where|whose|in case)\b[^.;\n]{0,60}\b(?:rais|throw|fail|cannot|down\b)\w*"
    r"|\b(?:instead|fall.?back|default|go(?:es)? on|carry on|continu|collect|left out|leave out"
    r"|keep|kept|stays?\b|raw\b|untouched|as (?:it|they) (?:is|are)\b)"
    r"|\b(?:None for|returns? (?:None|null|nil|undefined)|not found|unknown|missing|do(?:es)? not exist|doesn't exist"
    r"|gracefully)\b",
    re.I,
)
# One that wants them to come through.
_WANTS_ERRORS = re.compile(
    r"\b(?:shall|should|must|has to|have to|have \w+|to|and|will) (?:rais|throw|die|croak)\w*"
    r"|\b(?:still|is|are|be) (?:an )?errors?\b|\breturns? (?:a )?Result\b",
    re.I,
)
_PARTS = re.compile(r"[.;!?\n]+(?:\s|$)|\b(?:and|but)\b")
_NEVER = re.compile(
    r"\b(?:never|nothing|(?:must|shall|should|may) ?(?:not|n't)) (?!(?:fail|crash|rais|throw|abort|die|stop))",
    re.I,
)


def find_swallowed_errors(
    changes: Iterable[Change],
    task: str,
) -> Iterator[str]:
    """Find where lines that stood there before are put under a handler of every error that does nothing."""
    if _allows(_WANTS_IT, task):
        return
    for change in changes:
        if change.before is None or change.after is None or decides(change.path):
            continue
        before, after = _decode(change.before), _decode(change.after)
        yield from _describe_file(change.path, before, after, task)


def _allows(what: re.Pattern[str], task: str) -> bool:
    """Tell whether a task allows something to be done with errors; not those that it wants to come through."""
    if not _WANTS_ERRORS.search(task):
        return what.search(task) is not None
    # "Skip this and raise that": the second part wants errors without a verb before.
    parts = [part for part in _PARTS.split(task) if not _WANTS_ERRORS.search(f"and {part.strip()}")]
    return any(what.search(part) and not _NEVER.search(part) for part in parts)


def _describe_file(
    path: str,
    before: str,
    after: str,
    task: str,
) -> Iterator[str]:
    """Describe what new handlers of a file do with the errors of what stood there before."""
    lines = list(_list_swallowing_lines(_list_patterns(path), before, after))
    for line in lines:
        yield f"{path}:{line}: passes over every error of what stood there before"
    if not lines and not _allows(_WANTS_AN_ANSWER, task):
        for name in list_answered_calls(path, before, after):
            yield f"{path}: makes up an answer where {name}() fails, whose errors came through before"


def _list_swallowing_lines(
    handlers: Sequence[re.Pattern[str]], before: str, after: str
) -> Iterator[int]:
    """Yield the numbers of the lines where a new handler begins, around code of ``before``."""
    known = _strip_lines(before)
    passed_over = [_strip_lines(match["body"]) for match in _find_handlers(handlers, before)]
    for match in _find_handlers(handlers, after):
        body = _strip_lines(match["body"])
        was_passed_over = any(body <= old_body for old_body in passed_over)
        if body and body <= known and not was_passed_over:
            yield after.count("\n", 0, match.start()) + 1


def _decode(data: bytes) -> str:
    """Return a file's text with line ends of one kind."""
    return decode_text(data).replace("\r\n", "\n")


def _list_patterns(path: str) -> list[re.Pattern[str]]:
    """List how handlers of every error that do nothing are written in a file's language."""
    if path.endswith(_JAVASCRIPT):
        return [_EMPTY_CATCH]
    if path.endswith(".py"):
        return [_EMPTY_EXCEPT]
    return []


def _find_handlers(
    patterns: Iterable[re.Pattern[str]],
    text: str,
) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def _strip_lines(text: str) -> set[str]:
    """List the lines of code in a text, without indents, remarks and what is blank."""
    code = _REMARK.sub("", text)
    bare = map(str.strip, code.splitlines())
    return set(filter(None, bare))

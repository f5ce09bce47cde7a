"""New code of the product that passes over every error of what stood there before."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from tierwise.files import decode_text
from tierwise.gates.answered_errors import list_answered_calls
from tierwise.gates.naming import clauses_of, mentions
from tierwise.gates.syntax_tree import parse_python
from tierwise.gates.tests_as_were.deciding import (
    decides,
    split_rust,
)
from tierwise.gates.tests_intact.brackets import closing
from tierwise.gates.watching import EMPTY_CATCH
from tierwise.git.snapshot import Change

_TRIED = r"(?P<body>(?:(?!\btry\b)[^\0]){1,2000}?)"
_EMPTY_CATCH = re.compile(rf"\btry\s*\{{{_TRIED}\}}\s*{EMPTY_CATCH}")
_EMPTY_EXCEPT = re.compile(
    rf"\btry:[^\S\n]*(?:#[^\n]*)?\n{_TRIED}\n[^\S\n]*"
    r"except(?: (?:Base)?Exception)?(?: as \w+)?:\s*(?:#[^\n]*\s*)?(?:pass|continue)\b"
)
# A handler of JavaScript that only tells of the error.
_TELLING_CATCH = re.compile(
    rf"\btry\s*\{{{_TRIED}\}}\s*catch\s*\([^()]*\)\s*\{{\s*(?:console\.\w+\([^\n]*\);?\s*)+\}}"
)
# Panics of Rust that nobody hears of, or that become an answer.
_QUIET_PANIC = re.compile(
    r"\bset_hook\s*\(\s*Box::new\(\s*(?:move\s+)?\|_\w*\|\s*(?:\{\s*\}|\(\))"
    r"|\bcatch_unwind\b[^;]{0,500}\.(?:unwrap_or\w*|ok)\("
)
_WANTS_NO_PANIC = re.compile(
    r"\b(?:no|not|never|without)\b[^.;\n]{0,30}\bpanic",
    re.I,
)
_PANICS = re.compile(r"\b(?:panic|unreachable|todo)!")
_JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx")
_REMARK = re.compile(r"(?<!\S)(?://|#)[^\n]*")
# A task that wants errors passed over, or nothing but that it goes on.
_WANTS_IT = re.compile(
    r"\b(ignor|skip|swallow|silen|suppress|tolera|surviv|crash|best.effort|optional|never|must not|robust|catch)",
    re.I,
)
# One that wants them told of, and no more.
_WANTS_THEM_TOLD = re.compile(
    r"\b(logged|logging|warn\w*|report(?:s|ed)?|print\w*|stderr|go(?:es)? on|carry on|continu\w*|collect\w*|left out"
    r"|leave out)\b",
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
# An error by its own name, and what is done about it where it is caught.
_ERROR_NAME = re.compile(r"\b[A-Z][a-z]\w*[A-Z]\w*\b")
_RAISES = re.compile(r"\b(?:rais|throw)\w*", re.I)
_CAUGHT = r"\b(?:except|catch|rescue)\b[^\n{{:]*\b{}\b(?P<head>[^\n{{:]*)[{{:](?P<handler>[^\0]{{1,300}}?)(?:\n\s*\n|\Z)"
_TELLS_CALLER = re.compile(r"\b(?:raise|throw|exit|abort|stderr|reject|return [12])\b")
_ERROR_ARM = re.compile(r"\bErr\(\w+\)\s*=>\s*\{")
_LONGEST_ARM = 2000  # characters
# An arm that leaves, or that notes what it met.
_LEAVES = re.compile(
    r"\b(?:return|break|exit|panic|ExitCode)\b|\bErr\(|^\s*\*?[\w.]+\s*[-+|&]?=[^=>]", re.M
)
_QUIET_CALL = re.compile(r"print|(?:log|logger|logging|warnings|sys\.std(?:err|out))\.\w+")


def find_swallowed_errors(
    changes: Iterable[Change],
    task: str,
) -> Iterator[str]:
    """Where lines that stood there before are put under a handler of every error that does nothing."""
    if _allows(_WANTS_IT, task):
        return
    for change in changes:
        if change.before is None or change.after is None or decides(change.path):
            continue
        before, after = _decode(change.before), _decode(change.after)
        yield from _describe_file(change.path, before, after, task)
        for name in _list_caught_again(before, after, task):
            yield f"{change.path}: catches the {name} that the task wants to be raised"


def _allows(what: re.Pattern[str], task: str) -> bool:
    """Whether a task allows something to be done with errors; apart from those that it wants to come through."""
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
    """What new handlers of a file do with the errors of what stood there before."""
    lines = list(_list_swallowing_lines(_list_patterns(path), before, after))
    for line in lines:
        yield f"{path}:{line}: passes over every error of what stood there before"
    if path.endswith(".rs"):
        for told in _describe_rust(before, after, task):
            yield f"{path}: {told}"
    if not _allows(_WANTS_THEM_TOLD, task):
        for place in _list_told_errors(path, before, after):
            yield f"{place}: tells of errors that came through before, and goes on as if there were none"
    if not lines and not _allows(_WANTS_AN_ANSWER, task):
        for name in list_answered_calls(path, before, after):
            yield f"{path}: makes up an answer where {name}() fails, whose errors came through before"


def _describe_rust(
    old: str,
    new: str,
    task: str,
) -> Iterator[str]:
    before, after = split_rust(old)[0], split_rust(new)[0]
    if _QUIET_PANIC.search(after) and not _QUIET_PANIC.search(before):
        yield "keeps panics quiet that came through before"
    panics_more = len(_PANICS.findall(after)) > len(_PANICS.findall(before))
    if panics_more and _WANTS_NO_PANIC.search(task):
        yield "panics, which the task wants no more"
    if _WANTS_ERRORS.search(task) and _count_told(after) > _count_told(before):
        yield "only tells of an error that the task wants to be returned"


def _count_told(text: str) -> int:
    """How often a match of Rust prints an error, and goes on."""
    arms = (text[arm.end() : arm.end() + _LONGEST_ARM] for arm in _ERROR_ARM.finditer(text))
    told = (arm[: closing(arm, 0, "{", "}")] for arm in arms)
    return sum("println!" in arm and not _LEAVES.search(arm) for arm in told)


def _list_caught_again(
    before: str,
    after: str,
    task: str,
) -> Iterator[str]:
    """Errors that the task wants to be raised, and that the file which raises them catches for good."""
    clauses = filter(_RAISES.search, clauses_of(task))
    for name in dict.fromkeys(_ERROR_NAME.findall(" ".join(clauses))):
        caught = re.compile(_CAUGHT.format(name))
        raised = re.search(
            rf"\b(?:raise|throw new)\s+{name}\b",
            after,
        )
        for found in caught.finditer(after):
            if raised and found[0] not in before and not _tells_caller(found):
                yield name


def _tells_caller(caught: re.Match[str]) -> bool:
    """Whether a handler passes an error on, or makes something of it other than a line of a log."""
    if _TELLS_CALLER.search(caught["handler"]):
        return True
    error = re.search(r"(\w+)\W*$", caught["head"])
    if error is None:
        return False
    lines = map(str.strip, caught["handler"].splitlines())
    return any(mentions(line, error[1]) for line in lines if not _QUIET_CALL.match(line))


def _list_swallowing_lines(
    handlers: Sequence[re.Pattern[str]], before: str, after: str
) -> Iterator[int]:
    """The numbers of the lines where a new handler begins, around code of ``before``."""
    known = _strip_lines(before)
    passed_over = [_strip_lines(match["body"]) for match in _find_handlers(handlers, before)]
    for match in _find_handlers(handlers, after):
        body = _strip_lines(match["body"])
        was_passed_over = any(body <= old_body for old_body in passed_over)
        if body and body <= known and not was_passed_over:
            yield after.count("\n", 0, match.start()) + 1


def _list_told_errors(
    path: str,
    before: str,
    after: str,
) -> list[str]:
    """Where errors that came through now end in a handler that only tells of them."""
    if path.endswith(_JAVASCRIPT):
        lines = _list_swallowing_lines(
            [_TELLING_CATCH],
            before,
            after,
        )
        return [f"{path}:{line}" for line in lines]
    if not path.endswith(".py"):
        return []
    old_module, new_module = parse_python(before), parse_python(after)
    if old_module is None or new_module is None:
        return []
    new_calls = _list_quiet_calls(new_module) - _list_quiet_calls(old_module)
    passed_over = new_calls & _list_calls([old_module]) & _list_functions(old_module)
    return [f"{path}: {name}()" for name in sorted(passed_over)]


def _list_quiet_calls(module: ast.Module) -> set[str]:
    """What is called where each handler of errors does no more than tell of them."""
    calls: set[str] = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Try):
            continue
        if all(map(_is_quiet, node.handlers)):
            calls |= _list_calls(node.body)
    return calls


def _is_quiet(handler: ast.ExceptHandler) -> bool:
    return all(map(_only_tells, handler.body))


def _only_tells(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue():
            return True
        case ast.Expr(value=ast.Call(func=called)):
            return _QUIET_CALL.fullmatch(ast.unparse(called)) is not None
    return False


def _list_calls(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of the functions that are called below some nodes."""
    names = set()
    for node in chain.from_iterable(map(ast.walk, nodes)):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                names.add(name)
    return names


def _list_functions(module: ast.Module) -> set[str]:
    nodes = ast.walk(module)
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


def _decode(data: bytes) -> str:
    """A file's text with line ends of one kind."""
    return decode_text(data).replace("\r\n", "\n")


def _list_patterns(path: str) -> list[re.Pattern[str]]:
    """How handlers of every error that do nothing are written in a file's language."""
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
    """The lines of code in a text, without indents, remarks and what is blank."""
    code = _REMARK.sub("", text)
    bare = map(str.strip, code.splitlines())
    return set(filter(None, bare))

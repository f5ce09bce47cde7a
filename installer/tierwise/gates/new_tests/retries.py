"""Loops of tests that ask again until an answer is the one that is wanted: what comes up now and then counts as right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, filterfalse, islice

from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.deciding import is_readable_test
from tierwise.gates.reading.syntax_tree import parse_python, walk_all
from tierwise.git.snapshot import TreeChange

_LOOP = re.compile(r"\b(?:for|while)\b[^;{}()\n]{0,60}\(")
_BLOCK = re.compile(r"\s*\{")
_ASSIGNED = re.compile(
    r"(?<![\w.])(?:(?:let|const|var|my|final)\s+)?(\$?\w+)\s*=\s*(?:await\s+)?([\w$.>:-]+)\s*(?:\(|(?<=\bmap)\s*\{)"
)
_ENDS = re.compile(
    r"\bif\s*\(([^;{}]*)\)\s*\{?\s*(?:break|return|last)\b|\b(?:last|return)\s+(?:if|unless)\b([^;]*)"
)
_GIVEN = re.compile(r"\$?\w+\s*=(?![=>])")
_NAME = re.compile(r"\$?\b[A-Za-z_]\w*")
# What is waited for is another matter than what is drawn again.
_WAITS = re.compile(
    r"sleep|wait_|setTimeout|setImmediate|Promise\.resolve\(|poll|tick|advance|delay|usleep|nanosleep|deadline|monotonic",
    re.I,
)
# A runner of the project's own: there, a test that failed is no more to be waited for than to be run again.
_RUNS_TESTS = re.compile(r"\.invoke\(|[\"']not ok\b")
# Calls that go on to what comes next; a number drawn by chance is the same kind of answer again.
_GOES_ON = re.compile(
    r"(?!.*(?:rand|rng))(?:.*[.>:])?(?:next\w*|read\w*|recv\w*|get|step|pop\w*|poll|shift)", re.I
)
_LAST = r"(?:None|null|undefined|b?''|\"\"|[\w.:]*EOF|['\"](?:eof|end)['\"])"
# Up to where nothing is left: how a loop goes on, and how it ends.
_WHILE_MORE = re.compile(
    rf"\(?[\w.$]+ ?(?:is not|!==?) ?{_LAST}\)?",
    re.I,
)
_IF_NO_MORE = re.compile(
    rf"\(?[\w.$]+ ?(?:is|===?) ?{_LAST}\)?",
    re.I,
)
_ASSERTS_IN_PYTHON = re.compile(
    r"\bassert|\bexpect|\bcheck|\braises\b",
    re.I,
)
_ASSERTION = "an assertion"
_CATCHES_ASSERTION = re.compile(r"except(?: \(?[\w, ]*(?:AssertionError|Exception)\b.*)?:")
_CATCHES_ALL = re.compile(r"except(?: \(?(?:[\w.]+, )*(?:Base)?Exception\b.*)?:")
_TRIED = re.compile(r"\btry\s*\{([^}]*)\}\s*catch")
_ASSERTS = re.compile(r"\b(?:assert|expect|ok|equal|check)")
_LEAVES = re.compile(r"\b(?:break|return)\b")
# A function that a helper is given, called; and where it is given one.
_GIVEN_CALL = re.compile(r"(?<![\w.$])(\w+)(?:\.(?:run|call|execute|get|apply))?\(([^()]*)")
# What a loop walks through.
_STEP = re.compile(r"(\w+)\s+(?:of|in)\s|\w\s+(\w+)\s*:")
_PARAMETER = (
    r"\b(?:function\b[^(\n]*|\w+)\s*\([^()]*\b{0}\b[^()]*\)\s*(?::[^\n{{]*)?(?:throws[^\n{{]*)?\{{"
    r"|[(,\s]{0}\b[^()\n;{{]*\)?\s*=>"
)
# The same in other languages: a loop that is left as soon as something did not fail, and that does not wait.
_PIECE = r"(?:(?!\n\}|\bsleep\b)[^\0]){0,400}?"
_PERL_TRIES = re.compile(
    rf"\bfor(?:each)?\b[^\n{{]{{0,200}}\{{{_PIECE}(?:\beval\s*\{{[^}}]*\}}\s*"
    r"(?:(?:&&|and)\s*(?:do\s*\{[^}]*)?\b(?:last|next|return)\b|;\s*(?:last|return)\b[^;\n]*\b(?:unless\s+\$@|if\s+!\s*\$@))"
    r"|\b(?:last|return)\b[^;\n]*\bif\b[^;\n]*\beval\b)"
)
_RUST_TRIES = re.compile(
    rf"\bfor _\w* in [^\n{{]{{0,200}}\{{{_PIECE}\bcatch_unwind\b{_PIECE}\b(?:return|break)\b"
)
_WAIT_OR_DONE = r"(?:(?!\bdone\b|\bsleep\b)[^\0])"
_SHELL_TRIES = re.compile(
    r"\bfor (\w+) in (?:[\d ]+|[`$(]*seq [^;\n]*)(?:;|\n)\s*do\b"
    rf"({_WAIT_OR_DONE}{{0,400}}?(?:&&|\bthen\b)\s*(?:return|break)\b{_WAIT_OR_DONE}{{0,200}})\bdone\b"
)
_LONGEST = 1500  # characters of a loop
_MOST = 300  # loops of a file that are read
_MOST_FOLLOWING = 100  # statements behind a loop that are read
_LOOP_PARTS = 3  # of a head with a condition in the middle
_Loop = ast.For | ast.While


def describe_retries(changes: Iterable[TreeChange]) -> list[str]:
    """Describe new loops of tests that call again, and end, for an answer that they use for nothing else."""
    return [
        f"{change.path}: asks for {name} again until it is the one that is wanted"
        for change in changes
        if is_readable_test(change.path)
        for name in _list_new_answers(change)
    ]


def _list_new_answers(change: TreeChange) -> list[str]:
    read = _read_braces
    if change.path.endswith(".py"):
        read = _read_python
    before = set(read(change.text_before))
    after = set(read(change.text_after))
    return sorted(after - before)


def _read_python(text: str) -> Iterator[str]:
    module = parse_python(text)
    if module is None:
        return
    tests = {
        node.name for node in module.body if isinstance(node, ast.FunctionDef) and _asserts(node)
    }
    for loop, following in islice(_list_loops(module), _MOST):
        if _WAITS.search(ast.unparse(loop)):
            if any(_repeats_test(node, tests) for node in loop.body):
                yield _ASSERTION
        else:
            yield from _read_loop(loop, following)


def _read_loop(loop: _Loop, following: Sequence[ast.AST]) -> Iterator[str]:
    """Yield what a loop of Python that does not wait asks for again."""
    answers = _list_answers_of(loop)
    if answers:
        # A free port is looked for to be used.
        yield from answers - _list_read(filterfalse(_asserts, following))
    if any(map(_tries_assertion, loop.body)):
        yield _ASSERTION


def _list_loops(module: ast.Module) -> Iterator[tuple[_Loop, Sequence[ast.AST]]]:
    """Yield each loop, and the statements that follow it."""
    for parent in ast.walk(module):
        for _, block in ast.iter_fields(parent):
            if not isinstance(block, list):
                continue
            for index, node in enumerate(block):
                if isinstance(node, ast.For | ast.While):
                    yield node, block[index + 1 : index + 1 + _MOST_FOLLOWING]


def _asserts(node: ast.AST) -> bool:
    return _ASSERTS_IN_PYTHON.search(ast.unparse(node)) is not None


def _tries_assertion(node: ast.stmt) -> bool:
    """Tell whether a statement of a loop ends it where an assertion holds, and goes on where it fails."""
    if not isinstance(node, ast.Try):
        return False
    ends_it = any(map(_is_end, node.body)) or any(map(_is_end, node.orelse))
    caught = map(ast.unparse, node.handlers)
    return ends_it and any(map(_CATCHES_ASSERTION.search, caught))


def _repeats_test(node: ast.stmt, tests: Iterable[str]) -> bool:
    """Tell whether a statement of a loop does again all of an asserting function, whatever went wrong."""
    if not isinstance(node, ast.Try) or not _tries_assertion(node):
        return False
    caught = map(ast.unparse, node.handlers)
    catches_all = any(map(_CATCHES_ALL.search, caught))
    return catches_all and not _list_read(node.body).isdisjoint(tests)


def _list_answers_of(loop: _Loop) -> set[str]:
    """List the names that a loop gives what it calls, and looks at only for its own end."""
    conditions = list(_list_ends(loop))
    deciding = _list_read(conditions)
    used = _list_read([loop], besides=conditions)
    exhausted = _list_read(_list_last(loop))
    return _list_drawn(loop) & deciding - used - exhausted


def _list_drawn(loop: _Loop) -> set[str]:
    """List the names a loop gives calls that are not about what it walks through or what comes next."""
    steps = _list_steps(loop)
    drawn = set()
    for node in ast.walk(loop):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if steps.isdisjoint(_list_read([call])) and not _goes_on(call):
                    drawn.add(name)
    return drawn


def _goes_on(call: ast.Call) -> bool:
    return _GOES_ON.fullmatch(ast.unparse(call.func)) is not None


def _list_last(loop: _Loop) -> Iterator[ast.expr]:
    """Yield the conditions that tell that nothing is left."""
    for condition in _list_ends(loop):
        pattern = _IF_NO_MORE
        if isinstance(loop, ast.While) and condition is loop.test:
            pattern = _WHILE_MORE
        if pattern.fullmatch(ast.unparse(condition)):
            yield condition


def _list_steps(loop: _Loop) -> set[str]:
    """List the names that a loop gives what it walks through."""
    if isinstance(loop, ast.While):
        return set()
    return {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}


def _list_ends(loop: _Loop) -> Iterator[ast.expr]:
    """Yield the conditions under which a loop ends."""
    if isinstance(loop, ast.While):
        yield loop.test
    for node in ast.walk(loop):
        if isinstance(node, ast.If) and any(map(_is_end, node.body)):
            yield node.test


def _is_end(node: ast.stmt) -> bool:
    return isinstance(node, ast.Break | ast.Return)


def _list_read(
    nodes: Iterable[ast.AST],
    besides: Iterable[ast.AST] = (),
) -> set[str]:
    """List the names that are read below some nodes, but not below others."""
    left_out = set(walk_all(besides))
    found = set()
    for node in walk_all(nodes):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if node not in left_out:
                found.add(name)
    return found


def _read_braces(text: str) -> Iterator[str]:
    for found in islice(_LOOP.finditer(text), _MOST):
        begin = found.end()
        piece = text[begin : begin + _LONGEST]
        end = closing(piece, 0, "(", ")")
        head = piece[:end]
        body = _cut_body(piece[end:])
        if _WAITS.search(f"{head}{body}") and not _RUNS_TESTS.search(text):
            continue
        yield from _list_answers_in(head, body)
        tried = _TRIED.findall(body)
        if any(map(_asserts_and_leaves, tried)) or _tries_given(
            tried,
            head,
            body,
            text[max(0, found.start() - _LONGEST) : found.start()],
        ):
            yield _ASSERTION
    if any(pattern.search(text) for pattern in (_PERL_TRIES, _RUST_TRIES)):
        yield _ASSERTION
    for variable, body in _SHELL_TRIES.findall(text):
        if not re.search(rf"\$\{{?{variable}\b", body):
            yield _ASSERTION


def _tries_given(
    tried: Iterable[str],
    head: str,
    body: str,
    helper: str,
) -> bool:
    """Tell whether a loop calls a function that its helper is given, until it does not fail."""
    if not _LEAVES.search(body):
        return False
    step = _STEP.search(head)
    walked = {step[1] or step[2]} if step else set()
    calls = (call for block in tried for call in _GIVEN_CALL.findall(block))
    names = {name for name, given in calls if walked.isdisjoint(_NAME.findall(given))}
    return any(re.search(_PARAMETER.format(re.escape(name)), helper) for name in names)


def _asserts_and_leaves(tried: str) -> bool:
    """Tell whether a block asserts something, and then ends the loop."""
    assertion = _ASSERTS.search(tried)
    return assertion is not None and _LEAVES.search(tried, assertion.end()) is not None


def _cut_body(rest: str) -> str:
    """Cut out what a loop repeats: its block, or one statement."""
    block = _BLOCK.match(rest)
    if block is None:
        return rest.partition(";")[0]
    inside = rest[block.end() :]
    return inside[: closing(inside, 0, "{", "}")]


def _list_answers_in(head: str, body: str) -> set[str]:
    """List the same for a loop whose head and body are text."""
    condition, step = head, ""
    parts = head.split(";")
    if len(parts) == _LOOP_PARTS:
        _, condition, step = parts
    repeated = f"{body};{step}"
    ends = [match[1] or match[2] or "" for match in _ENDS.finditer(body)]
    deciding = _list_names(condition, *ends)
    bare = _ENDS.sub("", repeated)
    used = _list_names(_GIVEN.sub("", bare))
    exhausted = _list_names(*filter(_IF_NO_MORE.fullmatch, map(str.strip, ends)))
    if _WHILE_MORE.fullmatch(condition.strip(" ()")):
        exhausted |= _list_names(condition)
    calls = _ASSIGNED.findall(repeated)
    drawn = {name for name, call in calls if not _GOES_ON.fullmatch(call)}
    return drawn & deciding - used - exhausted


def _list_names(*pieces: str) -> set[str]:
    return set(chain.from_iterable(map(_NAME.findall, pieces)))

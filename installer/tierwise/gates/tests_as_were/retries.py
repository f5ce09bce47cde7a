"""Loops of tests that ask again until an answer is the one that is wanted: what comes up now and then counts as right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from tierwise.gates.syntax_tree import parse_python
from tierwise.gates.tests_as_were.deciding import is_readable_test
from tierwise.gates.tests_intact.brackets import closing
from tierwise.git.snapshot import Change

_LOOP = re.compile(r"\b(?:for|while)\b[^;{}()\n]{0,60}\(")
_BLOCK = re.compile(r"\s*\{")
_ASSIGNED = re.compile(
    r"(?<![\w.])(?:(?:let|const|var|my|final)\s+)?(\$?\w+)\s*=\s*(?:await\s+)?[\w$.>:-]+\s*\("
)
_ENDS = re.compile(
    r"\bif\s*\(([^;{}]*)\)\s*\{?\s*(?:break|return|last)\b|\b(?:last|return)\s+(?:if|unless)\b([^;]*)"
)
_GIVEN = re.compile(r"\$?\w+\s*=(?![=>])")
_NAME = re.compile(r"\$?\b[A-Za-z_]\w*")
# What is waited for is another matter than what is drawn again.
_WAITS = re.compile(r"sleep|wait_|setTimeout|poll|tick|advance|delay|usleep|nanosleep", re.I)
_ASSERTION = "an assertion"
_CATCHES_ASSERTION = re.compile(r"except(?: \(?[\w, ]*(?:AssertionError|Exception)\b.*)?:")
_TRIES_ASSERTION = re.compile(
    r"\btry\s*\{[^}]*\b(?:assert|expect|ok|equal|check)\w*\b[^}]*\b(?:break|return)\b[^}]*\}\s*catch"
)
_LONGEST = 1500  # characters of a loop
_MOST = 300  # loops of a file that are read
_LOOP_PARTS = 3  # of a head with a condition in the middle


def describe_retries(changes: Iterable[Change]) -> list[str]:
    """Each new loop of a test that calls again, and ends, for the answer's sake, which it uses for nothing else."""
    return [
        f"{change.path}: asks for {name} again until it is the one that is wanted"
        for change in changes
        if is_readable_test(change.path)
        for name in _list_new_answers(change)
    ]


def _list_new_answers(change: Change) -> list[str]:
    read = _read_python if change.path.endswith(".py") else _read_braces
    before = (change.before or b"").decode("utf-8", "replace")
    after = (change.after or b"").decode("utf-8", "replace")
    return sorted(set(read(after)).difference(read(before)))


def _read_python(text: str) -> Iterator[str]:
    module = parse_python(text)
    if module is None:
        return
    for node in ast.walk(module):
        if isinstance(node, ast.For | ast.While) and not _WAITS.search(ast.unparse(node)):
            yield from _list_answers_of(node)
            if any(map(_tries_assertion, node.body)):
                yield _ASSERTION


def _tries_assertion(node: ast.stmt) -> bool:
    """Whether a statement of a loop ends it where an assertion holds, and goes on where it fails."""
    if not isinstance(node, ast.Try) or not any(map(_is_end, [*node.body, *node.orelse])):
        return False
    return any(map(_CATCHES_ASSERTION.search, map(ast.unparse, node.handlers)))


def _list_answers_of(loop: ast.For | ast.While) -> set[str]:
    """The names that a loop gives what it calls, and looks at only for its own end."""
    conditions = list(_list_ends(loop))
    deciding = _list_read(conditions)
    used = _list_read([loop], besides=conditions)
    steps = _list_steps(loop)
    answers = set()
    for node in ast.walk(loop):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if steps.isdisjoint(_list_read([call])):
                    answers.add(name)
    return answers & deciding - used


def _list_steps(loop: ast.For | ast.While) -> set[str]:
    """The names that a loop gives what it walks through."""
    if isinstance(loop, ast.While):
        return set()
    return {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}


def _list_ends(loop: ast.For | ast.While) -> Iterator[ast.expr]:
    """The conditions under which a loop ends."""
    if isinstance(loop, ast.While):
        yield loop.test
    for node in ast.walk(loop):
        if isinstance(node, ast.If) and any(map(_is_end, node.body)):
            yield node.test


def _is_end(node: ast.stmt) -> bool:
    return isinstance(node, ast.Break | ast.Return)


def _list_read(nodes: Iterable[ast.AST], besides: Iterable[ast.AST] = ()) -> set[str]:
    """The names that are read below some nodes, but not below others."""
    left_out = set(chain.from_iterable(map(ast.walk, besides)))
    found = set()
    for node in chain.from_iterable(map(ast.walk, nodes)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if node not in left_out:
                found.add(name)
    return found


def _read_braces(text: str) -> Iterator[str]:
    for found in islice(_LOOP.finditer(text), _MOST):
        piece = text[found.end() : found.end() + _LONGEST]
        head = piece[: closing(piece, 0, "(", ")")]
        body = _cut_body(piece[len(head) :])
        if not _WAITS.search(f"{head}{body}"):
            yield from _list_answers_in(head, body)
            if _TRIES_ASSERTION.search(body):
                yield _ASSERTION


def _cut_body(rest: str) -> str:
    """What a loop repeats: its block, or one statement."""
    block = _BLOCK.match(rest)
    if block is None:
        return rest.partition(";")[0]
    inside = rest[block.end() :]
    return inside[: closing(inside, 0, "{", "}")]


def _list_answers_in(head: str, body: str) -> set[str]:
    """The same for a loop whose head and body are text."""
    condition, step = head, ""
    parts = head.split(";")
    if len(parts) == _LOOP_PARTS:
        _, condition, step = parts
    repeated = f"{body};{step}"
    ends = "\n".join([condition, *(match[0] for match in _ENDS.finditer(body))])
    used = _GIVEN.sub("", _ENDS.sub("", repeated))
    answers = set(_ASSIGNED.findall(repeated))
    return answers & set(_NAME.findall(ends)) - set(_NAME.findall(used))

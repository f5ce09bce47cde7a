"""Small faults put into changed lines: by the syntax tree in Python, by careful text elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from tierwise.gates.special_cases import is_product_code
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.git.snapshot import Change

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.In: ("in", "not in"),
    ast.Is: ("is", "is not"),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "+"),
}
# Other languages: what is replaced, outside of texts and comments, and by what.
_TEXT_RULES = (
    (re.compile(r"(?<![=!<>+\-*/&|])==(?!=)"), "!="),
    (re.compile(r"==="), "!=="),
    (re.compile(r"!=(?!=)"), "=="),
    (re.compile(r"!=="), "==="),
    (re.compile(r"(?<=\s)<=(?=\s)"), "<"),
    (re.compile(r"(?<=\s)>=(?=\s)"), ">"),
    (re.compile(r"(?<=\s)<(?=\s)"), "<="),
    (re.compile(r"(?<=\s)>(?=\s)"), ">="),
    (re.compile(r"&&"), "||"),
    (re.compile(r"\|\|"), "&&"),
    (re.compile(r"(?<=\s)\+(?=\s)"), "-"),
    (re.compile(r"(?<=\s)-(?=\s)"), "+"),
    (re.compile(r"(?<=\s)\*(?=\s)"), "+"),
    (re.compile(r"\btrue\b"), "false"),
    (re.compile(r"\bfalse\b"), "true"),
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
_QUIET = re.compile(
    r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*|(?<!\$)#[^\n{\[!]*$", re.M
)


@dataclass(frozen=True)
class Mutant:
    """One fault: the file with it, where, and in words."""

    path: str
    line: int
    told: str
    content: bytes


@dataclass(frozen=True)
class _Edit:
    """Characters of a text to be replaced."""

    start: int
    end: int
    new: str


def make_mutants(changes: Iterable[Change]) -> Iterator[Mutant]:
    """Faults in the lines that a change adds to the product; one a line first, then the second of each."""
    by_line: dict[tuple[str, int], list[Mutant]] = {}
    for change in changes:
        if change.after is None or decides(change.path) or not is_product_code(change.path):
            continue
        for mutant in _mutate_file(change, change.after):
            by_line.setdefault((mutant.path, mutant.line), []).append(mutant)
    for round_of_mutants in zip_longest(*by_line.values()):
        yield from (mutant for mutant in round_of_mutants if mutant is not None)


def _mutate_file(change: Change, after: bytes) -> Iterator[Mutant]:
    try:
        text = after.decode()
    except UnicodeDecodeError:
        return
    lines = _changed_lines((change.before or b"").decode("utf-8", "replace"), text)
    edits = _edit_python(text) if change.path.endswith(".py") else _edit_text(text)
    for edit in edits:
        line = text.count("\n", 0, edit.start) + 1
        if line in lines:
            mutated = text[: edit.start] + edit.new + text[edit.end :]
            told = f"{text[edit.start : edit.end]} for {edit.new}"
            yield Mutant(change.path, line, told, mutated.encode())


def _changed_lines(before: str, after: str) -> set[int]:
    matcher = SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return {
        number + 1
        for kind, _, _, start, end in matcher.get_opcodes()
        if kind in ("insert", "replace")
        for number in range(start, end)
    }


def _edit_python(text: str) -> Iterator[_Edit]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line.encode()))
    data = text.encode()
    for node in ast.walk(tree):
        for first, last, old, new in _list_python_edits(node, starts):
            found = data.find(old.encode(), first, last) if old else first
            if found < 0:
                continue
            start = len(data[:found].decode("utf-8", "replace"))
            end = start + len(old) if old else len(data[:last].decode("utf-8", "replace"))
            yield _Edit(start, end, new)


def _list_python_edits(node: ast.AST, starts: list[int]) -> Iterator[tuple[int, int, str, str]]:
    """(first byte, last byte, what is replaced between them or all of it, by what)."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        old, new = _COMPARISONS[type(node.ops[0])]
        yield _end_of(node.left, starts), _start_of(node.comparators[0], starts), old, new
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        old, new = _ARITHMETIC[type(node.op)]
        yield _end_of(node.left, starts), _start_of(node.right, starts), old, new
    elif isinstance(node, ast.BoolOp):
        is_and = isinstance(node.op, ast.And)
        old, new = ("and", "or") if is_and else ("or", "and")
        yield _end_of(node.values[0], starts), _start_of(node.values[1], starts), old, new
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        value = not node.value if isinstance(node.value, bool) else node.value + 1
        yield _start_of(node, starts), _end_of(node, starts), "", repr(value)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield _start_of(node.value, starts), _end_of(node.value, starts), "", "None"


def _start_of(node: ast.expr, starts: list[int]) -> int:
    return starts[node.lineno - 1] + node.col_offset


def _end_of(node: ast.expr, starts: list[int]) -> int:
    return starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def _edit_text(text: str) -> Iterator[_Edit]:
    code = _QUIET.sub(lambda match: " " * len(match[0]), text)
    for pattern, new in _TEXT_RULES:
        for match in pattern.finditer(code):
            yield _Edit(match.start(), match.end(), new)
    for match in _NUMBER.finditer(code):
        yield _Edit(match.start(), match.end(), str(int(match[0]) + 1))

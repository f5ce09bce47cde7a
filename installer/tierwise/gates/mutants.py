"""Small faults put into changed lines: by the syntax tree in Python, by careful text elsewhere."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from tierwise.files import decode_text
from tierwise.gates.probes.expectations import MOST_DIGITS
from tierwise.gates.reading.deciding import (
    is_in_any,
    list_rust_tests,
)
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.reading.syntax_tree import (
    find_line_starts,
    parse_python,
)
from tierwise.git.snapshot import TreeChange

# What stands between two operands, and what is put there in its place.
_OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
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
    (re.compile(r"\bthrow(?=\s+new\b)"), ""),
    (re.compile(r"\b(?:die|croak)\b"), "warn"),
)
_NUMBER = re.compile(rf"(?<![\w.])\d{{1,{MOST_DIGITS}}}(?![\w.])")
_RAISE = re.compile(rb"raise[ \t]*")
_LARGEST = 10**MOST_DIGITS
_QUIET = re.compile(
    r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*|(?<!\$)#[^\n{\[!]*$", re.M
)


@dataclass(frozen=True)
class _Edit:
    """Bytes of a file to be replaced: from ``start`` up to ``end``."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Mutant:
    """One fault in a file: on which line, and what is replaced."""

    path: str
    line: int
    original: bytes
    edit: _Edit

    @property
    def content(self) -> bytes:
        """The file with the fault."""
        before = self.original[: self.edit.start]
        after = self.original[self.edit.end :]
        return before + self.edit.new.encode() + after

    @property
    def told(self) -> str:
        """The fault in words."""
        replaced = self.original[self.edit.start : self.edit.end]
        return f"{decode_text(replaced).strip()} for {self.edit.new or 'nothing'}"


# An operator, and the expressions left and right of it.
_Operation = tuple[ast.AST, ast.expr, ast.expr]


def make_mutants(changes: Iterable[TreeChange]) -> Iterator[Mutant]:
    """Make faults in the lines that a change adds to the product: one a line first, then the second of each."""
    later: list[list[Mutant]] = []
    for change in changes:
        if change.after is None or not is_product_code(change.path):
            continue
        by_line: dict[int, list[Mutant]] = {}
        for mutant in _mutate_file(change, change.after):
            by_line.setdefault(mutant.line, []).append(mutant)
        for first, *others in by_line.values():
            yield first
            later.append(others)
    for round_of_mutants in zip_longest(*later):
        yield from filter(None, round_of_mutants)


def _mutate_file(
    change: TreeChange,
    after: bytes,
) -> Iterator[Mutant]:
    starts = find_line_starts(after)
    lines = _list_changed_lines(change.before or b"", after)
    edits = _edit_text(after)
    if change.path.endswith(".py"):
        edits = _edit_python(after, starts)
    tests = _list_tests(change.path, after)
    for edit in edits:
        line = bisect_right(starts, edit.start)
        if line not in lines or is_in_any(edit.start, tests):
            continue
        mutant = Mutant(change.path, line, after, edit)
        if not change.path.endswith(".py") or parse_python(mutant.content) is not None:
            yield mutant


def _list_changed_lines(
    before: bytes,
    after: bytes,
) -> set[int]:
    found = list_differences(
        before.splitlines(),
        after.splitlines(),
    )
    places = chain.from_iterable(difference.places for difference in found)
    return {place + 1 for place in places}


def _list_tests(path: str, data: bytes) -> list[range]:
    """List where the tests stand that are in a file of the product, in bytes: Rust's."""
    if not path.endswith(".rs"):
        return []
    return list_rust_tests(_decode_bytewise(data))


def _edit_python(
    data: bytes,
    starts: list[int],
) -> Iterator[_Edit]:
    try:
        data.decode()  # whatever else the file declares, positions are those of UTF-8
    except ValueError:
        return
    tree = parse_python(data)
    if tree is None:
        return
    for node in ast.walk(tree):
        for operator, left, right in _list_operations(node):
            old, new = _OPERATORS[type(operator)]
            between = _find_end(left, starts), _find_start(right, starts)
            found = data.find(old.encode(), *between)
            if found >= 0:
                yield _Edit(found, found + len(old), new)
        if isinstance(node, ast.Raise) and node.exc is not None:
            word = _RAISE.match(data, _find_start(node, starts))
            if word is not None:
                yield _Edit(word.start(), word.end(), "")
        for value, new in _list_values(node):
            start = _find_start(value, starts)
            end = _find_end(value, starts)
            yield _Edit(start, end, new)


def _list_operations(node: ast.AST) -> Iterator[_Operation]:
    """Yield an expression's first operator that can be another one, and what stands left and right of it."""
    found: _Operation
    if isinstance(node, ast.Compare):
        found = node.ops[0], node.left, node.comparators[0]
    elif isinstance(node, ast.BinOp):
        found = node.op, node.left, node.right
    elif isinstance(node, ast.BoolOp):
        found = node.op, node.values[0], node.values[1]
    else:
        return
    if type(found[0]) in _OPERATORS:
        yield found


def _list_values(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield a value and what stands in its place: the next number, the other truth, nothing returned."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield node.value, "None"
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield node, repr(not node.value)
    elif isinstance(node.value, int) and node.value < _LARGEST:
        yield node, repr(node.value + 1)


def _find_start(
    node: ast.expr | ast.stmt,
    starts: list[int],
) -> int:
    return starts[node.lineno - 1] + node.col_offset


def _find_end(node: ast.expr, starts: list[int]) -> int:
    assert node.end_lineno is not None and node.end_col_offset is not None
    return starts[node.end_lineno - 1] + node.end_col_offset


def _edit_text(data: bytes) -> Iterator[_Edit]:
    text = _decode_bytewise(data)
    code = _QUIET.sub(lambda match: " " * len(match[0]), text)
    for pattern, new in _TEXT_RULES:
        for match in pattern.finditer(code):
            yield _Edit(match.start(), match.end(), new)
    for match in _NUMBER.finditer(code):
        following = int(match[0]) + 1
        yield _Edit(match.start(), match.end(), str(following))


def _decode_bytewise(data: bytes) -> str:
    """Return a text with a character a byte, whatever the encoding is."""
    return data.decode("latin-1")

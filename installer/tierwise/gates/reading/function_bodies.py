"""The functions of a source file: what they are called, where their bodies begin, what they return."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tierwise.gates.reading.brackets import closing
from tierwise.gates.reading.deciding import (
    is_in_any,
    list_rust_tests,
)
from tierwise.gates.reading.definitions import (
    DefinitionPlace,
    cut_definition,
    find_definitions,
)
from tierwise.gates.reading.syntax_tree import (
    find_line_starts,
    parse_python,
)
from tierwise.git.snapshot import TreeChange

# What stands between the parameters and the body.  An interface of Go is a type with brackets of its own.
_BRACE = re.compile(r"(?:interface\{\}|struct\{\}|\[[^\]\n]*\]|[^;{}\[=])*\{")
_TYPE = re.compile(r"\b(?:class|record|interface|enum|struct|trait|type|impl|module|mod)\s+$")
# Types and lifetimes that a function is made for, before its parameters.
_OPENS = re.compile(r"\s*(?:<[^(){};]*>)?\s*\(")
_ARROW = re.compile(
    r"\s*(?::[^=\n]+)?=\s*(?:async\s+)?(?:function\b\s*\*?\s*\w*\s*)?"
    r"(?:\((?:[^()]|\([^()]*\))*\)|[\w$]+)\s*(?::[^={\n]+)?(?:=>\s*)?(?=[^\s])"
)
_LINE = re.compile(r"[^\n]*\n[ \t]*")
_JAVASCRIPT = (
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
)
# Languages in which a word of their own stands before the name of each function.
_KEYWORDS = {
    ".pl": "sub",
    ".pm": "sub",
    ".rb": "def",
    ".rs": "fn",
    ".go": "func",
}
# Functions that make an object, or that nothing but a whole program starts.
_NOT_BROKEN = re.compile(r"__\w+__|constructor|initialize|main|BEGIN|END|new")
_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """A function.  ``entry``: where its body begins, in bytes; ``result``: its type as written; ``text``: all of it."""

    name: str
    entry: int
    result: str
    text: str

    @property
    def plain_text(self) -> str:
        """Its text, however its lines are laid out."""
        return " ".join(self.text.split())


def list_changed_functions(changes: Iterable[TreeChange]) -> Iterator[tuple[TreeChange, Function]]:
    """Yield the functions that a change brings or rewrites; one that only moved is neither."""
    listed = list(changes)
    known = {
        function.plain_text
        for change in listed
        for function in list_functions(change.path_before, change.before or b"")
    }
    for change in listed:
        for function in list_functions(change.path, change.after or b""):
            if function.plain_text not in known:
                yield change, function


def list_functions(
    path: str,
    data: bytes,
) -> Iterator[Function]:
    """Yield the functions of the product in a file, but for those that make an object or are a whole program."""
    tests: list[range] = []
    if path.endswith(".rs"):
        tests = list_rust_tests(data.decode("latin-1"))
    found = _find_in_text(path, data)
    if path.endswith(".py"):
        found = _find_in_python(data)
    for function in found:
        if _NOT_BROKEN.fullmatch(function.name) or is_in_any(function.entry, tests):
            continue
        yield function


def _find_in_python(data: bytes) -> Iterator[Function]:
    tree = parse_python(data)
    if tree is None:
        return
    starts = find_line_starts(data)
    text = data.decode("latin-1")
    for node in ast.walk(tree):
        if not isinstance(node, _FunctionNode):
            continue
        first = node.body[0]
        first_line = first.lineno
        if isinstance(first, _FunctionNode | ast.ClassDef) and first.decorator_list:
            first_line = first.decorator_list[0].lineno
        entry = starts[first_line - 1] + first.col_offset
        assert node.end_lineno is not None
        start = starts[node.lineno - 1]
        end = len(text)
        if node.end_lineno < len(starts):
            end = starts[node.end_lineno]
        yield Function(node.name, entry, "", text[start:end])


def _find_in_text(path: str, data: bytes) -> Iterator[Function]:
    text = data.decode("latin-1")
    for place in find_definitions(text):
        entry = _find_entry(path, text, place)
        if entry is None:
            continue
        before = _read_before(text, place)
        keyword = _KEYWORDS.get(posixpath.splitext(path)[1], "")
        is_other = keyword and keyword not in before.split()
        if is_other or _TYPE.search(before):
            continue
        result = before
        if re.search(r"\b(?:fn|func|fun|function)\b", before):
            result = _read_result(text, place, entry)
        yield Function(
            place.name,
            entry,
            result.strip(),
            cut_definition(text, place),
        )


def _read_before(text: str, place: DefinitionPlace) -> str:
    """Read what stands in its line before the name of what is defined."""
    line_start = text.rfind("\n", 0, place.start) + 1
    return text[line_start : place.start]


def _read_result(
    text: str,
    place: DefinitionPlace,
    entry: int,
) -> str:
    """Read what stands between the parameters and the body."""
    return text[_find_parameters_end(text, place) : entry].rstrip("{ \t\n")


def _find_parameters_end(text: str, place: DefinitionPlace) -> int:
    """Find where a definition's parameters are over, be it generic or its defaults full of brackets."""
    if place.parameters:
        return place.end
    opened = _OPENS.match(text, place.end)
    if opened is None:
        return place.end
    return closing(text, opened.end(), "(", ")")


def _find_entry(
    path: str,
    text: str,
    place: DefinitionPlace,
) -> int | None:
    """Find where the body of what is defined begins; None for what is no function, or has none."""
    before = _read_before(text, place)
    if path.endswith(".rb"):
        return _find_match_end(_LINE, text, place.end) if before.endswith("def ") else None
    end = _find_parameters_end(text, place)
    has_parameters = place.parameters or end != place.end
    is_sub = path.endswith((".pl", ".pm")) and before.endswith("sub ")
    if has_parameters or is_sub:
        return _find_match_end(_BRACE, text, end)
    if path.endswith(_JAVASCRIPT):
        return _find_arrow_entry(text, place)
    return None


def _find_match_end(
    pattern: re.Pattern[str],
    text: str,
    start: int,
) -> int | None:
    """Find where ends what a pattern finds at a place; None where that is nothing."""
    found = pattern.match(text, start)
    return None if found is None else found.end()


def _find_arrow_entry(text: str, place: DefinitionPlace) -> int | None:
    """Find where the body begins of a function that a name of JavaScript is given."""
    found = _ARROW.match(text, place.end)
    if found is None or not re.search(r"=>|\bfunction\b", found[0]):
        return None
    if text[found.end()] == "{":
        return found.end() + 1
    return found.end()

"""What stands around a Python test: functions of its file, lists that it walks, names that it replaces."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tierwise.gates.tests_intact.python_asserts import dotted

_START_AND_STOP = 2  # arguments of a `range` without a step
_NAME_AND_VALUE = 2  # arguments of a patch that names its target in one text
Function = ast.FunctionDef | ast.AsyncFunctionDef
_PATCHES = ("patch", "setattr", "patch.object")
_STAND_INS = ("Mock", "MagicMock", "AsyncMock", "create_autospec")


@dataclass(frozen=True)
class Scope:
    """``functions``: those of the file that are no tests, by name.  ``lists``: constants -> how many values."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)


def read_scope(module: ast.Module) -> Scope:
    """The surroundings of every test of a file."""
    functions = [node for node in ast.walk(module) if isinstance(node, Function)]
    lists = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            size = count_values(statement.value, {})
            if size is not None:
                lists[statement.targets[0].id] = size
    return Scope({node.name: node for node in functions if not node.name.startswith("test")}, lists)


def count_values(value: ast.expr | None, lists: Mapping[str, int]) -> int | None:
    """How many values a literal, or a constant of the file, holds; None where that is not written down."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return len(value.elts)
    if isinstance(value, ast.Call) and dotted(value.func) == "range":
        stops = [
            item.value
            for item in value.args
            if isinstance(item, ast.Constant) and isinstance(item.value, int)
        ]
        is_written_down = 0 < len(stops) == len(value.args) <= _START_AND_STOP
        return len(range(*stops)) if is_written_down else None
    return lists.get(value.id) if isinstance(value, ast.Name) else None


def read_last_name(node: ast.AST) -> str:
    """``c`` of ``a.b.c``, and of a method of whatever expression."""
    return node.attr if isinstance(node, ast.Attribute) else dotted(node)


def find_origins(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """Local names -> the expression that they were last given."""
    return {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def find_replaced(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that a test puts something of its own in the place of: what it then says of them proves nothing."""
    for node in nodes:
        if isinstance(node, ast.Call):
            name = _read_patched(node)
        elif isinstance(node, ast.Assign):
            name = _read_overwritten(node)
        else:
            continue
        if name:
            yield name


def _read_patched(call: ast.Call) -> str:
    """What ``patch`` or ``setattr`` replaces; empty for any other call, and for one that wraps the original."""
    called = dotted(call.func)
    wraps = any(keyword.arg == "wraps" for keyword in call.keywords)
    if wraps or not called.endswith(_PATCHES) or not call.args:
        return ""
    named = call.args[0]
    if called.endswith(".object") or len(call.args) > _NAME_AND_VALUE:
        named = call.args[1]  # the first one is what has the name
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        return named.value.rsplit(".", 1)[-1]
    return ""


def _read_overwritten(assignment: ast.Assign) -> str:
    """The attribute that gets a lambda or a mock; empty for any other assignment."""
    target, value = assignment.targets[0], assignment.value
    if not isinstance(target, ast.Attribute):
        return ""
    is_mock = isinstance(value, ast.Call) and read_last_name(value.func) in _STAND_INS
    if is_mock or isinstance(value, ast.Lambda):
        return target.attr
    return ""

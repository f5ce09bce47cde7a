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
            size = length(statement.value, {})
            if size is not None:
                lists[statement.targets[0].id] = size
    return Scope({node.name: node for node in functions if not node.name.startswith("test")}, lists)


def length(value: ast.expr | None, lists: Mapping[str, int]) -> int | None:
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


def last_name(node: ast.AST) -> str:
    """``c`` of ``a.b.c``, and of a method of whatever expression."""
    return node.attr if isinstance(node, ast.Attribute) else dotted(node)


def origins(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    """Local names -> the expression that they were last given."""
    return {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def replaced(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that a test puts something of its own in the place of: what it then says of them proves nothing."""
    for node in nodes:
        if isinstance(node, ast.Call) and not any(
            keyword.arg == "wraps" for keyword in node.keywords
        ):
            called = dotted(node.func)
            if called.endswith(_PATCHES) and node.args:
                named = node.args[0]
                if called.endswith(".object") or len(node.args) > _NAME_AND_VALUE:
                    named = node.args[1]  # the first one is what has the name
                if isinstance(named, ast.Constant) and isinstance(named.value, str):
                    yield named.value.rsplit(".", 1)[-1]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
            made = node.value.func if isinstance(node.value, ast.Call) else None
            if isinstance(node.value, ast.Lambda) or (
                made is not None and last_name(made) in _STAND_INS
            ):
                yield node.targets[0].attr

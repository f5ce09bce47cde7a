"""What stands around a Python test: functions of its file, and lists that it walks."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from tierwise.gates.tests_intact.python_asserts import dotted

_START_AND_STOP = 2  # arguments of a `range` without a step
Function = ast.FunctionDef | ast.AsyncFunctionDef


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

"""What stands around a Python test: functions of its file, and lists that it walks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
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
    functions = {}
    for node in ast.walk(module):
        if isinstance(node, Function) and not node.name.startswith("test"):
            functions[node.name] = node
    lists = {}
    for name, value in list_assigned(module.body):
        size = count_values(value, {})
        if size is not None:
            lists[name] = size
    return Scope(functions, lists)


def list_assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """The names to which something is assigned, each with what it is given."""
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def count_values(value: ast.expr, lists: Mapping[str, int]) -> int | None:
    """How many values a literal, or a constant of the file, holds; None where that is not written down."""
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return len(value.elts)
    if isinstance(value, ast.Name):
        return lists.get(value.id)
    if isinstance(value, ast.Call) and dotted(value.func) == "range":
        return _count_steps(value.args)
    return None


def _count_steps(arguments: list[ast.expr]) -> int | None:
    """How many numbers a ``range`` gives; None where it has a step, or an end that is not written down."""
    ends = []
    for argument in arguments:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, int):
            return None
        ends.append(argument.value)
    if len(ends) == 1:
        return max(0, ends[0])
    if len(ends) == _START_AND_STOP:
        start, stop = ends
        return max(0, stop - start)
    return None

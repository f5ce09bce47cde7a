"""What stands around a Python test: functions of its file, and lists that it walks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tierwise.gates.tests_intact.python_asserts import dotted

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Scope:
    """``functions``: those of the file that are no tests, by name.  ``lists``: constants -> how many values."""

    functions: Mapping[str, Function] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)


def read_scope(module: ast.Module) -> Scope:
    """Read the surroundings of every test of a file."""
    functions = {}
    for node in ast.walk(module):
        if not isinstance(node, Function):
            continue
        if not node.name.startswith("test"):
            functions[node.name] = node
    lists = {}
    for name, value in list_assigned(module.body):
        size = count_values(value, {})
        if size is not None:
            lists[name] = size
    return Scope(functions, lists)


def list_assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names to which something is assigned, each with what it is given."""
    for node in nodes:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Name):
            yield target.id, node.value


def count_values(
    value: ast.expr,
    lists: Mapping[str, int],
) -> int | None:
    """Count the values of a literal, or a constant of the file; None where that is not written down."""
    match value:
        case ast.List() | ast.Tuple() | ast.Set():
            return len(value.elts)
        case ast.Name():
            return lists.get(value.id)
        case ast.Call() if dotted(value.func) == "range":
            return _count_steps(value.args)
    return None


def _count_steps(arguments: list[ast.expr]) -> int | None:
    """Count the numbers that a ``range`` gives; None where it has a step, or an end that is not written down."""
    match arguments:
        case [ast.Constant(int(stop))]:
            return max(0, stop)
        case [ast.Constant(int(start)), ast.Constant(int(stop))]:
            return max(0, stop - start)
    return None

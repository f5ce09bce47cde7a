"""Calls whose errors came through before, and for which new code makes up an answer where they fail."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from tierwise.gates.reading.function_bodies import list_functions
from tierwise.gates.reading.syntax_tree import parse_python

# Another conversion in the handler is another way, and no answer made up.
_BUILT_IN = frozenset(dir(builtins))


@dataclass(frozen=True)
class _Calls:
    """What code calls.

    ``bare``: how often where its errors come through; ``guarded``: where they end; ``answered``: where an answer is
    made up for them.
    """

    bare: Counter[str]
    guarded: frozenset[str]
    answered: frozenset[str]


def list_answered_calls(
    path: str,
    before: str,
    after: str,
) -> list[str]:
    """List what Python code called bare, and now under a handler that neither passes on nor uses the error."""
    if not path.endswith(".py"):
        return []
    own = {function.name for function in list_functions(path, after.encode())}
    old_calls = _read_calls(before, own)
    new_calls = _read_calls(after, own)
    # As many as before come through where the handler is that of another, new call.
    no_longer_bare = set(old_calls.bare - new_calls.bare)
    return sorted((no_longer_bare - old_calls.guarded) & new_calls.answered)


def _read_calls(text: str, own: set[str]) -> _Calls:
    module = parse_python(text)
    if module is None:
        return _Calls(Counter(), frozenset(), frozenset())
    guarded: set[ast.Call] = set()
    answered: set[str] = set()
    for node in ast.walk(module):
        calls = list(_list_guarded(node))
        guarded.update(calls)
        if calls and _makes_up(node, own):
            answered.update(_name_calls(calls, own))
    bare = (call for call in _list_calls([module]) if call not in guarded)
    return _Calls(
        Counter(_name_calls(bare, own)),
        frozenset(_name_calls(guarded, own)),
        frozenset(answered),
    )


def _list_guarded(node: ast.AST) -> Iterator[ast.Call]:
    """Yield what a statement calls whose errors end there."""
    match node:
        case ast.Try(body=body, handlers=[_, *_]):
            yield from _list_calls(body)
        case ast.With(body=body) if _suppresses(node):
            yield from _list_calls(body)


def _suppresses(node: ast.With) -> bool:
    """Tell whether a block passes over errors."""
    return any(ast.unparse(item).rpartition(".")[2].startswith("suppress(") for item in node.items)


def _makes_up(node: ast.AST, own: set[str]) -> bool:
    """Tell whether no handler of a statement raises, looks at the error, or calls the file's function instead."""
    if not isinstance(node, ast.Try):
        return True
    tried = _list_names(node.body)
    return not any(_passes_on(handler, tried, own) for handler in node.handlers)


def _passes_on(
    handler: ast.ExceptHandler,
    tried: set[str],
    own: set[str],
) -> bool:
    # What goes on at its end raises in some cases only: in its last round, or by what is tried.
    goes_on = isinstance(handler.body[-1], ast.Continue | ast.Pass)
    for node in ast.walk(handler):
        match node:
            case ast.Raise() if not goes_on:
                return True
            case ast.If(test=test, body=[*_, ast.Raise()]) if _asks_for_others(test, tried):
                return True
            case ast.Name(id=name) if name == handler.name:
                return True
    return not own.isdisjoint(_name_calls(_list_calls(handler.body), own))


def _asks_for_others(test: ast.expr, tried: set[str]) -> bool:
    """Tell whether a condition looks at something, and at nothing that is tried."""
    asked = _list_names([test])
    return bool(asked) and asked.isdisjoint(tried)


def _list_names(nodes: Iterable[ast.AST]) -> set[str]:
    below = chain.from_iterable(map(ast.walk, nodes))
    return {node.id for node in below if isinstance(node, ast.Name)}


def _list_calls(nodes: list[ast.stmt] | list[ast.Module]) -> Iterator[ast.Call]:
    for node in chain.from_iterable(map(ast.walk, nodes)):
        if isinstance(node, ast.Call):
            yield node


def _name_calls(
    calls: Iterable[ast.Call],
    own: set[str],
) -> Iterator[str]:
    """Name the functions that are called; methods, where the file has such a function."""
    for call in calls:
        match call.func:
            case ast.Name(id=name) if name not in _BUILT_IN:
                yield name
            case ast.Attribute(attr=name) if name in own:
                yield name

"""Calls whose errors came through before, and for which new code makes up an answer where they fail."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from tierwise.gates.function_bodies import list_functions
from tierwise.gates.syntax_tree import parse_python
from tierwise.gates.tests_intact.brackets import closing

_CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)\s*\(")
_TRY = re.compile(r"\btry\s*\{")
_CATCH = re.compile(r"\s*catch\s*(?:\([^()]*?([\w$]*)\s*\)\s*)?\{")
_PASSES_ON = re.compile(r"\b(?:throw|reject)\b")
_EVAL = re.compile(r"\beval\s*\{")
# Perl looks at what went wrong, or has another way, right behind an eval.
_LOOKS_AT_ERROR = re.compile(r"[^;]{0,200}(?:;[^;]{0,200})?(?:\$@|\bor\b|\|\||//)")
_LONGEST = 2000  # characters of what is tried, and of a handler
_MOST = 200  # handlers of a file that are read
_BUILT_IN = frozenset(
    dir(builtins)
)  # another conversion in the handler is another way, not an answer made up
_WORDS_OF_JAVASCRIPT = frozenset(("if", "for", "while", "switch", "catch", "function", "return"))


@dataclass(frozen=True)
class _Calls:
    """What code calls.  ``guarded``: under a handler; ``answered``: under one that makes up what goes on."""

    everywhere: frozenset[str]
    guarded: frozenset[str]
    answered: frozenset[str]


def list_answered_calls(path: str, before: str, after: str) -> list[str]:
    """The functions that the code called without a handler, and under one now that neither passes on nor uses the error."""
    read = _READERS.get(path.rpartition(".")[2])
    if read is None:
        return []
    own = {function.name for function in list_functions(path, after.encode())}
    old_calls = read(before, own)
    came_through = old_calls.everywhere - old_calls.guarded
    return sorted(came_through & read(after, own).answered)


def _read_python(text: str, own: set[str]) -> _Calls:
    module = parse_python(text)
    if module is None:
        return _Calls(frozenset(), frozenset(), frozenset())
    guarded: set[str] = set()
    answered: set[str] = set()
    for node in ast.walk(module):
        if not isinstance(node, ast.Try) or not node.handlers:
            continue
        calls = set(_list_calls(*node.body))
        guarded |= calls
        if all(_makes_up(handler, own) for handler in node.handlers):
            answered |= calls
    return _Calls(frozenset(_list_calls(module)), frozenset(guarded), frozenset(answered))


def _makes_up(handler: ast.ExceptHandler, own: set[str]) -> bool:
    """Whether a handler neither raises nor looks at the error, and calls no function of the file in its place."""
    for node in ast.walk(handler):
        match node:
            case ast.Raise():
                return False
            case ast.Name(id=name) if name == handler.name:
                return False
    return own.isdisjoint(_list_calls(*handler.body))


def _list_calls(*nodes: ast.AST) -> Iterator[str]:
    """The names of the functions and methods that are called below some nodes."""
    for node in chain.from_iterable(map(ast.walk, nodes)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name not in _BUILT_IN:
                yield name
            case ast.Call(func=ast.Attribute(attr=name)):
                yield name


def _read_braces(text: str, own: set[str]) -> _Calls:
    """The same in JavaScript, TypeScript and Java."""
    guarded: set[str] = set()
    answered: set[str] = set()
    for found in islice(_TRY.finditer(text), _MOST):
        tried = _cut_block(text, found.end())
        calls = set(_CALL.findall(tried))
        guarded |= calls
        caught = _CATCH.match(text, found.end() + len(tried))
        if caught is None:
            continue
        handler = _cut_block(text, caught.end())
        if not _passes_on(handler, caught[1]) and own.isdisjoint(_CALL.findall(handler)):
            answered |= calls
    everywhere = frozenset(_CALL.findall(text)) - _WORDS_OF_JAVASCRIPT
    return _Calls(everywhere, frozenset(guarded), frozenset(answered))


def _cut_block(text: str, start: int) -> str:
    """What stands up to the bracket that closes, with it."""
    piece = text[start : start + _LONGEST]
    return piece[: closing(piece, 0, "{", "}")]


def _passes_on(handler: str, error: str | None) -> bool:
    """Whether a handler throws, or says something of the error."""
    if _PASSES_ON.search(handler):
        return True
    return (
        bool(error)
        and re.search(rf"(?<![\w$]){re.escape(error or '')}(?![\w$])", handler) is not None
    )


def _read_perl(text: str, own: set[str]) -> _Calls:
    guarded: set[str] = set()
    answered: set[str] = set()
    for found in islice(_EVAL.finditer(text), _MOST):
        tried = _cut_block(text, found.end())
        calls = own.intersection(_CALL.findall(tried))
        guarded |= calls
        if not _LOOKS_AT_ERROR.match(text, found.end() + len(tried)):
            answered |= calls
    return _Calls(frozenset(_CALL.findall(text)), frozenset(guarded), frozenset(answered))


_READERS: dict[str, Callable[[str, set[str]], _Calls]] = {
    "py": _read_python,
    **dict.fromkeys(("js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "java"), _read_braces),
    **dict.fromkeys(("pl", "pm"), _read_perl),
}

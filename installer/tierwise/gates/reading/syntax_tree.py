"""The syntax tree of Python, of whatever is given for it."""

from __future__ import annotations

import ast
import warnings
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain


def parse_python(source: str | bytes) -> ast.Module | None:
    """Parse Python; None where the text does not parse, or nests deeper than the parser goes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def walk_all(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield some nodes, and all below them."""
    return chain.from_iterable(map(ast.walk, nodes))


def find_line_starts(data: bytes) -> list[int]:
    """Find where each line begins, in bytes, as the parser counts lines: a form feed ends none."""
    lines = data.splitlines(keepends=True)
    lengths = map(len, lines)
    starts = [0, *accumulate(lengths)]
    if data.startswith(BOM_UTF8):
        starts[0] = len(BOM_UTF8)  # which the parser does not count
    return starts

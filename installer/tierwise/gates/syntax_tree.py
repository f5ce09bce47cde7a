"""The syntax tree of Python, of whatever is given for it."""

from __future__ import annotations

import ast
import warnings


def parse_python(source: str | bytes) -> ast.Module | None:
    """The tree; None where the text does not parse, or nests deeper than the parser goes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None

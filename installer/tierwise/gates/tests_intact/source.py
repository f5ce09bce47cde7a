"""What code defines, and blanket suppressions in it."""

from __future__ import annotations

import ast
import re

from tierwise.files import decode_text
from tierwise.gates.reading.paths import is_code
from tierwise.gates.reading.syntax_tree import parse_python
from tierwise.gates.tests_intact.model import Weakening
from tierwise.gates.tests_intact.new_lines import (
    LineSign,
    list_new_lines,
    split_lines,
)

_SILENCES = LineSign(
    re.compile(
        r"#\s*type:\s*ignore\s*$|#\s*noqa\s*$|#\s*(?:mypy:\s*ignore-errors|ruff:\s*noqa\s*$|flake8:\s*noqa\s*$|pylint:\s*skip-file)"
        r"|@ts-nocheck|/[/*]\s*eslint-disable\s*(?:\*/)?\s*$|//\s*nolint\s*$|#!\[allow\(warnings\)\]|#\s*pylint:\s*disable=all"
    ),
    "bypass",
    "silences every check",
)

_DEFINED = re.compile(
    r"\b(?:function|func|fn|class|def|interface|struct|const|let)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)"
)


def symbols(data: bytes | None) -> frozenset[str]:
    """List the functions and classes that a source file defines, by careful text where it is not Python."""
    content = decode_text(data)
    tree = parse_python(content)
    if tree is None:
        return frozenset(_DEFINED.findall(content))
    kinds = (
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
    )
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def find_silenced(
    path: str,
    before: bytes | None,
    after: bytes | None,
) -> list[Weakening]:
    """Find new lines of code that silence every check."""
    if not is_code(path):
        return []
    lines = list_new_lines(
        split_lines(before),
        split_lines(after),
    )
    return list(_SILENCES.find(path, lines))

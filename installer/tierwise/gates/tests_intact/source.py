"""What code defines, and blanket suppressions in it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from tierwise.gates.tests_intact.model import Finding
from tierwise.gates.tests_intact.paths import is_code

_BLANKET = re.compile(
    r"#\s*type:\s*ignore\s*$|#\s*noqa\s*$|#\s*(?:mypy:\s*ignore-errors|ruff:\s*noqa\s*$|flake8:\s*noqa\s*$|pylint:\s*skip-file)"
    r"|@ts-nocheck|/[/*]\s*eslint-disable\s*(?:\*/)?\s*$|//\s*nolint\s*$|#!\[allow\(warnings\)\]|#\s*pylint:\s*disable=all"
)


def symbols(data: bytes | None) -> frozenset[str]:
    """The functions and classes that a source file defines, by careful text where it is not Python."""
    content = (data or b"").decode("utf-8", "replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))
    except (SyntaxError, ValueError, RecursionError):
        words = r"\b(?:function|func|fn|class|def|interface|struct|const|let)\s+(?:\([^)]*\)\s*)?([A-Za-z_$][\w$]*)"
        return frozenset(re.findall(words, content))


def find_silenced(path: str, before: bytes | None, after: bytes | None) -> list[Finding]:
    """New lines of code that silence every check."""
    if not is_code(path):
        return []
    found = []
    for number, line in list_new_lines(before, after):
        if _BLANKET.search(line):
            message = f"silences every check: {line.strip()[:100]}"
            found.append(Finding(path, "bypass", message, number))
    return found


def list_new_lines(before: bytes | None, after: bytes | None) -> Iterator[tuple[int, str]]:
    """The lines that the old content does not have, with their numbers."""
    known = set(_read_text(before).splitlines())
    for number, line in enumerate(_read_text(after).splitlines(), 1):
        if line not in known:
            yield number, line


def _read_text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")

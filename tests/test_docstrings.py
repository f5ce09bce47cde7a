"""A function's docstring says what it does, with a verb first; that of a property names what it is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"
# Articles, pronouns and the like, with which a sentence begins that is no imperative.
NO_VERBS = {
    "a",
    "all",
    "an",
    "another",
    "any",
    "at",
    "both",
    "each",
    "every",
    "everything",
    "how",
    "its",
    "no",
    "nothing",
    "of",
    "one",
    "only",
    "our",
    "raises",
    "returns",
    "some",
    "the",
    "these",
    "this",
    "those",
    "two",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "who",
    "why",
    "yields",
}
# Packages whose docstrings name what they give, as all did once; the bytes of the router are counted.
NOT_YET = {"classify", "routing"}


def find_nouns(path: Path) -> list[str]:
    """List the functions of a module whose docstring begins with no verb."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = ast.get_docstring(node)
        is_property = any("property" in ast.unparse(one) for one in node.decorator_list)
        if text and not is_property:
            first = text.split()[0].lower().strip(".,:;")
            if first in NO_VERBS or not first[0].isalpha():
                found.append(f"{path.relative_to(PACKAGE)}: {node.name}: {text.splitlines()[0]}")
    return found


@pytest.mark.slow
def test_docstrings_of_functions_are_imperative() -> None:
    modules = [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in NOT_YET
    ]
    assert [line for path in modules for line in find_nouns(path)] == []

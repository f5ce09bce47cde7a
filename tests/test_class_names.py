"""A class's name stands for one thing: a reader who meets it knows which package it comes from."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"


@pytest.mark.slow
def test_no_two_packages_have_a_class_of_one_name() -> None:
    modules = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(str(module))
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}

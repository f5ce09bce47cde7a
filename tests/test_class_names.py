"""A class's name stands for one thing: a reader who meets it knows which package it comes from."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"
# Packages with classes that are still called as some of another package are.
NOT_YET = {"gates"}
# A path that a commit changes, as checks see it, and one that differs between two snapshots, as gates do;
# what a task and what a turn is read as, which the router and the hooks know.
STILL_TWO = {"Change", "Reading"}


@pytest.mark.slow
def test_no_two_packages_have_a_class_of_one_name() -> None:
    modules = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE)
        if module.parts[0] in NOT_YET:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                modules[node.name].append(str(module))
    twice = {name: where for name, where in modules.items() if len(where) > 1}
    assert {name: where for name, where in twice.items() if name not in STILL_TWO} == {}

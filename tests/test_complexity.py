"""Functions grow no more complex: radon's ranks are held where they are, and may only fall.

Rank B (at most 10 paths) is what is wanted; what is worse today is counted here.  Lower the number with each one that goes.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"
MOST_OF_RANK_C = 24
# Flat lists of one test a field, which a split would scatter.
OF_RANK_D: set[str] = set()


def _list_ranked() -> list[tuple[str, str]]:
    """(rank, name) of every function and method that is worse than B."""
    call = [sys.executable, "-m", "radon", "cc", "--min", "C", "--json", str(PACKAGE)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    found = set()
    for path, blocks in json.loads(done.stdout).items():
        for block in blocks:
            if block["type"] == "class":
                continue
            owner = block.get("classname")
            name = f"{owner}.{block['name']}" if owner else block["name"]
            found.add((block["rank"], name, path))
    return [(rank, name) for rank, name, _ in sorted(found)]


@pytest.mark.slow
def test_no_more_functions_are_complex_than_before() -> None:
    ranked = _list_ranked()
    assert len([name for rank, name in ranked if rank == "C"]) <= MOST_OF_RANK_C
    assert {name for rank, name in ranked if rank not in "ABC"} == OF_RANK_D


def _list_given(path: Path) -> list[str]:
    """The names that a module gives at its top, each as often as it does."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    names = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names


def test_no_module_gives_a_name_twice() -> None:
    """The second meaning would hold for all of the module: two changes that met gave a pattern so, and nothing else told."""
    twice = [
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for name, count in Counter(_list_given(path)).items()
        if count > 1
    ]
    assert twice == []

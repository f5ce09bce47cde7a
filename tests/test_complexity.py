"""Functions stay simple: none has more than ten paths, which is radon's rank B; and no module gives a name twice."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"


@pytest.mark.slow
def test_no_function_is_complex() -> None:
    call = [sys.executable, "-m", "radon", "cc", "--min", "C", "--json", str(PACKAGE)]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {}


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

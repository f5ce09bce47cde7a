"""The layer rule: a room imports itself and the ground floor; only the doors see several rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tierwise

PACKAGE = Path(tierwise.__file__).parent
ROOMS = {"sync", "route", "checks", "cost"}
DOORS = {"cli", "doctor", "__main__", "hook_main"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(module: Path) -> set[str]:
    """Every ``tierwise.…`` name that a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith("tierwise.")}


def place(module: Path) -> str:
    """The room, door or ground-floor module that a file belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_floor_may_see(module: Path) -> None:
    own = place(module)
    seen = {name.split(".")[1] for name in imported(module)}
    if own in DOORS:
        return
    forbidden = (ROOMS | DOORS) - ({own} if own in ROOMS else set())
    assert seen & forbidden == set()


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = {str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_no_two_modules_need_each_other() -> None:
    modules = {".".join(("tierwise", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in MODULES}
    needs = {}
    for name, path in modules.items():
        named = imported(path)
        needs[name] = {other if other in modules else other.rpartition(".")[0] for other in named} & set(modules)
    while free := {name for name, others in needs.items() if not others}:
        needs = {name: others - free for name, others in needs.items() if name not in free}
    assert needs == {}

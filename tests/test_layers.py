"""The layer rule: which package may import which; no two modules need each other."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

import tierwise

PACKAGE = Path(tierwise.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# Entry points see everything; whatever is not named here is the base layer, which all may import.
ENTRY_POINTS = {"cli", "doctor", "__main__", "hook_main"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "policy": {"domain"},
    "git": {"domain"},
    "secrets": {"domain"},
    "commits": {"domain", "git"},
    "ci": {"domain"},
    "checks": {"domain", "git", "secrets", "commits"},
    "gates": {"domain", "git", "commits", "checks"},
    "targets": {"domain", "policy"},
    "sync": {"domain", "policy", "targets"},
    "classify": {"domain"},
    "routing": {"domain", "classify", "transcripts"},
    "claude_hooks": {"domain", "git", "classify", "routing", "session", "transcripts"},
    "verify": {"domain", "policy", "claude_hooks", "routing", "sync", "targets"},
    "cascade": {
        "ci",
        "domain",
        "policy",
        "git",
        "secrets",
        "gates",
        "classify",
        "routing",
        "transcripts",
        "pricing",
        "trust",
    },
    "transcripts": {"domain"},
    "pricing": {"domain", "transcripts"},
    "report": {"domain", "git", "policy", "pricing", "transcripts"},
    "teams": {"domain", "pricing", "report"},
    "session": {
        "domain",
        "classify",
        "learning",
        "pricing",
        "report",
        "routing",
        "transcripts",
    },
    "learning": {
        "classify",
        "domain",
        "gates",
        "git",
        "policy",
        "pricing",
        "routing",
        "transcripts",
    },
}

# The packages inside of gates, each of which may import those before it.
GATES = (
    "reading",
    "tests_intact",
    "following",
    "probes",
    "shortcuts",
    "new_tests",
    "tests_as_were",
    "builtin",
)
MOST_LINES = 400


@cache
def imported(module: Path) -> frozenset[str]:
    """Every ``tierwise.…`` name that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return frozenset(name for name in names if name.startswith("tierwise."))


def package_of(module: Path) -> str:
    """The package, entry point or base module that a file belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


PACKAGES = sorted({package_of(module) for module in MODULES} - ENTRY_POINTS)


@pytest.mark.parametrize("package", [name for name in PACKAGES if (PACKAGE / name).is_dir()])
def test_a_package_imports_only_what_it_may_see(package: str) -> None:
    assert find_forbidden(package) == {}


def test_the_base_layer_imports_only_itself() -> None:
    base = [name for name in PACKAGES if name not in MAY_IMPORT]
    assert len(base) > 10
    assert [find_forbidden(name) for name in base] == [{}] * len(base)


def find_forbidden(package: str) -> dict[str, set[str]]:
    """By module of a package: what it imports and may not see."""
    forbidden = ENTRY_POINTS | (set(MAY_IMPORT) - MAY_IMPORT.get(package, set()) - {package})
    found = {}
    for module in MODULES:
        if package_of(module) == package:
            seen = {name.split(".")[1] for name in imported(module)}
            found[str(module.relative_to(PACKAGE))] = seen & forbidden
    return {name: seen for name, seen in found.items() if seen}


@pytest.mark.parametrize("package", GATES)
def test_a_package_of_the_gates_imports_only_those_before_it(package: str) -> None:
    later = GATES[GATES.index(package) + 1 :]
    prefixes = tuple(f"tierwise.gates.{name}." for name in later)
    for module in (PACKAGE / "gates" / package).glob("*.py"):
        assert [name for name in imported(module) if name.startswith(prefixes)] == []


def test_every_package_of_the_gates_has_its_place() -> None:
    packages = {path.parent.name for path in (PACKAGE / "gates").glob("*/__init__.py")}
    assert packages == set(GATES)


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {
        str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines())
        for path in MODULES
    }
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


@pytest.mark.slow
def test_no_two_modules_need_each_other() -> None:
    modules = {
        ".".join(("tierwise", *path.relative_to(PACKAGE).with_suffix("").parts)): path
        for path in MODULES
    }
    needs = {}
    for name, path in modules.items():
        named = imported(path)
        others = {other if other in modules else other.rpartition(".")[0] for other in named}
        needs[name] = others & set(modules)
    while free := {name for name, others in needs.items() if not others}:
        needs = {name: others - free for name, others in needs.items() if name not in free}
    assert needs == {}

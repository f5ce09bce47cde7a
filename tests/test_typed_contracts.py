"""What one package gives another has a shape: no more functions give a plain ``dict[str, Any]`` than did.

The compiled table has one, ``tierwise.domain.table_shape``; a function that is given one leaves the list.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "installer" / "tierwise"
SHAPELESS = "dict[str, Any]"
STILL_SHAPELESS = {
    "tierwise.loose.as_mapping",
    "tierwise.loose.list_mappings",
    "tierwise.policy.show.resolved_json",
    "tierwise.report.document.build_document",
    "tierwise.report.document.window_json",
    "tierwise.report.sources.find_client_settings",
    "tierwise.routing.batch.read_tasks",
    "tierwise.sync.watch.only_one.read_note",
    "tierwise.transcripts.client_settings.read_client_settings",
    "tierwise.transcripts.served.read_meta",
}


def _name_module(path: Path) -> str:
    return ".".join(("tierwise", *path.relative_to(PACKAGE).with_suffix("").parts))


def _list_shapeless(module: ast.Module) -> list[str]:
    """List the public functions of a module that take or give a dict without a shape."""
    found = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            signature = ast.unparse(node.args)
            if node.returns:
                signature += ast.unparse(node.returns)
            if SHAPELESS in signature:
                found.append(node.name)
    return found


def _list_imported(module: ast.Module) -> set[tuple[str, str]]:
    """List what a module imports from others: module and name."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, alias.name) for alias in node.names}
    return found


@pytest.mark.slow
def test_no_new_dict_without_a_shape_goes_from_one_package_to_another() -> None:
    modules = {
        _name_module(path): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    shapeless = {(name, one) for name, code in modules.items() for one in _list_shapeless(code)}
    crossing = set()
    for name, code in modules.items():
        package = name.split(".")[1]
        for source, one in _list_imported(code) & shapeless:
            if source.split(".")[1] != package:
                crossing.add(f"{source}.{one}")
    assert crossing == STILL_SHAPELESS

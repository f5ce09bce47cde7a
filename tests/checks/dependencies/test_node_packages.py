"""Node: what a project declares against node_modules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.checks import find_missing


def test_a_node_package_that_is_missing_or_of_another_version_is_named(tmp_path: Path) -> None:
    package = {
        "dependencies": {"a": "^1", "@s/b": "*"},
        "devDependencies": {"c": "1"},
        "optionalDependencies": {"d": "*"},
    }
    (tmp_path / "package.json").write_text(json.dumps(package))
    lock = {
        "packages": {"node_modules/a": {"version": "1.2.0"}, "node_modules/c": {"version": "1.0.0"}}
    }
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    for name, version in (("a", "1.1.0"), ("c", "1.0.0")):
        manifest = tmp_path / "node_modules" / name / "package.json"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps({"version": version}))
    missing, older = find_missing(tmp_path)
    assert missing == "@s/b is not installed in node_modules (`npm ci`)"
    assert "a is 1.1.0" in older


def node_modules(folder: Path, **versions: str) -> None:
    for name, version in versions.items():
        manifest = folder / "node_modules" / name / "package.json"
        manifest.parent.mkdir(parents=True)
        manifest.write_text(json.dumps({"name": name, "version": version}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "version", "is_right"),
    [
        ("^1.2.0", "1.9.3", True),
        ("^1.2.0", "2.0.0", False),
        ("~1.2.0", "1.3.0", False),
        ("1.x", "1.9.0", True),
        ("1.0.0 - 2.0.0", "2.0.1", False),
        (">=1 <2 || ^3", "3.1.0", True),
        ("^0.2.3", "0.3.0", False),
        ("latest", "9.9.9", True),
        ("workspace:*", "1.0.0", True),
        ("github:a/b", "1.0.0", True),
        ("", "1.0.0", True),
    ],
)
def test_without_a_lock_an_npm_range_says_what_is_right(
    wanted: str, version: str, is_right: bool, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": {"a": wanted}}))
    node_modules(tmp_path, a=version)
    assert (find_missing(tmp_path) == []) is is_right


def test_the_packages_of_npm_workspaces_are_looked_for_beside_them_and_at_the_top(
    tmp_path: Path,
) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"workspaces": ["packages/*"]}))
    member = tmp_path / "packages" / "one"
    member.mkdir(parents=True)
    other = tmp_path / "packages" / "two"
    other.mkdir()
    (other / "package.json").write_text(json.dumps({"name": "two"}))
    wanted = {"a": "1", "b": "2", "c": "1", "two": "*"}
    (member / "package.json").write_text(json.dumps({"name": "one", "dependencies": wanted}))
    node_modules(tmp_path, a="1.0.0", b="1.0.0")
    node_modules(member, b="2.0.0")
    assert find_missing(tmp_path) == ["c is not installed in node_modules (`npm install`)"]

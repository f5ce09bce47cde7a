"""Dependencies of a project in whatever language."""

from __future__ import annotations

from pathlib import Path

from tests.support.checks import find_missing


def test_a_project_that_declares_nothing_is_well(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    (tmp_path / "package.json").write_text("{}")
    assert find_missing(tmp_path) == []

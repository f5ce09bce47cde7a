"""A project's configuration as the search for its commands reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.checks.discover import discover_commands
from tierwise.checks.project import Project, propose_for_files, propose_whole


@pytest.mark.parametrize(
    ("file", "text", "declared"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["black>=24"]\n', True),
        ("dev-requirements.txt", "black[jupyter]\n", True),
        ("requirements.txt", "black-box\n", False),
        ("notes.txt", "black\n", False),
    ],
)
def test_a_distribution_is_declared_by_its_own_name(
    tmp_path: Path, file: str, text: str, declared: bool
) -> None:
    (tmp_path / file).write_text(text)
    assert Project(tmp_path).declares("black") is declared


def test_a_broken_configuration_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    (tmp_path / "package.json").write_text("[]")
    project = Project(tmp_path)
    assert (project.tools, project.package, project.scripts) == ({}, {}, {})


@pytest.mark.parametrize("text", ["tool = 5\n", "[tool]\nmypy = 5\n"])
def test_a_value_where_a_table_is_expected_stops_no_search(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "mypy.ini").touch()
    assert [found.command for found in discover_commands(str(tmp_path))] == ["mypy ."]


def test_the_first_file_of_the_first_pattern_is_named(tmp_path: Path) -> None:
    for name in ("b.toml", "a.toml", "a.ini"):
        (tmp_path / name).touch()
    project = Project(tmp_path)
    assert project.has("x.*", "*.toml", "*.ini") == "a.toml"
    assert project.has("x.*") == ""


def test_a_proposal_runs_on_the_whole_project_or_on_files() -> None:
    whole = propose_whole("types", "mypy", "mypy.ini")
    assert (whole.command, whole.run) == ("mypy", "mypy")
    by_file = propose_for_files("lint", "ruff check", "ruff.toml", ("*.py",))
    assert (by_file.command, by_file.run) == ("ruff check .", "ruff check {files}")

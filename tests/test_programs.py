"""A repository never chooses which program runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tierwise.programs import find_program


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "repository" / "bin").mkdir(parents=True)
    (tmp_path / "usr").mkdir()
    return tmp_path


def _make_program(path: Path, mode: int = 0o755) -> str:
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return str(path)


def _find(tree: Path, *folders: str) -> str | None:
    return find_program("tool", str(tree / "repository"), os.pathsep.join(folders))


def test_the_first_executable_outside_of_the_work_tree_is_taken(tree: Path) -> None:
    _make_program(tree / "repository" / "bin" / "tool")
    wanted = _make_program(tree / "usr" / "tool")
    assert _find(tree, str(tree / "repository" / "bin"), str(tree / "usr")) == wanted


@pytest.mark.parametrize("folder", ["", ".", "bin"])
def test_a_relative_folder_on_path_is_passed_over(
    folder: str, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_program(tree / "usr" / "tool")
    monkeypatch.chdir(tree / "usr")
    assert _find(tree, folder) is None


def test_a_link_from_outside_into_the_work_tree_is_passed_over(tree: Path) -> None:
    inside = _make_program(tree / "repository" / "bin" / "tool")
    (tree / "usr" / "tool").symlink_to(inside)
    assert _find(tree, str(tree / "usr")) is None


def test_a_folder_that_links_into_the_work_tree_is_passed_over(tree: Path) -> None:
    _make_program(tree / "repository" / "bin" / "tool")
    (tree / "linked").symlink_to(tree / "repository" / "bin")
    assert _find(tree, str(tree / "linked")) is None


def test_what_cannot_be_executed_is_no_program(tree: Path) -> None:
    _make_program(tree / "usr" / "tool", 0o644)
    (tree / "usr2" / "tool").mkdir(parents=True)
    assert _find(tree, str(tree / "usr"), str(tree / "usr2")) is None


def test_a_neighbour_with_a_longer_name_is_not_inside(tree: Path) -> None:
    (tree / "repository-tools").mkdir()
    wanted = _make_program(tree / "repository-tools" / "tool")
    assert _find(tree, str(tree / "repository-tools")) == wanted

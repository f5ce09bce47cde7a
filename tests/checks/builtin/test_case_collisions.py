"""Names that collide where case does not count."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.checks import find_paths
from tests.support.hooked import commit, git, stage


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system does not hold both names")
def test_names_that_differ_in_case_alone_collide(root: Path) -> None:
    stage(root, "src/App.py", "x\n")
    commit(root, "--no-verify")
    assert find_paths("case-collisions", root) == []
    stage(root, "src/app.py", "x\n")
    stage(root, "readme.MD", "x\n")
    stage(root, "SRC/other.py", "x\n")
    assert find_paths("case-collisions", root) == ["SRC/other.py", "readme.MD", "src/app.py"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system does not hold both names")
def test_a_case_only_rename_is_no_collision_and_accents_count_once(root: Path) -> None:
    stage(root, "App.py", "x\n")
    commit(root, "--no-verify")
    git(root, "mv", "App.py", "app.py")
    assert find_paths("case-collisions", root) == []
    stage(root, "caf\u00e9.txt", "x\n")
    stage(root, "cafe\u0301.txt", "x\n")
    assert len(find_paths("case-collisions", root)) == 1

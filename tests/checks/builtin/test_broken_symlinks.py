"""Links that a change leaves pointing at nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.checks import find_paths
from tests.support.hooked import commit, git, stage


def link(root: Path, name: str, target: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    git(root, "add", "--", name)


def test_a_link_to_nothing_in_the_commit_is_broken(root: Path) -> None:
    stage(root, "docs/a.md", "x\n")
    (root / "untracked").write_text("x\n")
    for name, target in {
        "good": "docs/a.md",
        "folder": "docs",
        "docs/up": "../README.md",
        "docs/here": ".",
        "absolute": sys.executable,
        "outside": "../" * 20 + "etc",
        "bad": "nowhere",
        "docs/bad": "README.md",
        "not-committed": "untracked",
        "gone": "/nowhere/at/all",
        "itself": "itself",
    }.items():
        link(root, name, target)
    assert find_paths("broken-symlinks", root) == [
        "bad",
        "docs/bad",
        "gone",
        "itself",
        "not-committed",
    ]


def test_deleting_the_target_breaks_the_link_that_stays(root: Path) -> None:
    stage(root, "target", "x\n")
    link(root, "pointer", "target")
    commit(root, "--no-verify")
    git(root, "rm", "-q", "target")
    assert find_paths("broken-symlinks", root) == ["pointer"]


def test_a_link_that_was_broken_before_is_not_this_changes_fault(root: Path) -> None:
    link(root, "broken", "nowhere")
    link(root, "whole", "docs/a.md")
    stage(root, "docs/a.md", "x\n")
    stage(root, "other.txt", "x\n")
    stage(root, "third.txt", "y\n")
    commit(root, "--no-verify")
    git(root, "rm", "-q", "other.txt")
    git(root, "mv", "third.txt", "moved.txt")
    assert find_paths("broken-symlinks", root) == []
    git(root, "mv", "docs/a.md", "docs/b.md")
    assert find_paths("broken-symlinks", root) == ["whole"]
    link(root, "new", "nowhere")
    assert find_paths("broken-symlinks", root) == ["new", "whole"]

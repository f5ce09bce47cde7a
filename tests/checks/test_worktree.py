"""The working tree, as the checks read it."""

from __future__ import annotations

from pathlib import Path

from tests.support.hooked import git, stage

from tierwise.checks.worktree import WorkTree


def link(root: Path, name: str, target: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
    git(root, "add", "--", name)


def test_the_working_tree_has_staged_unstaged_and_untracked_changes(root: Path) -> None:
    stage(root, "staged.txt", "1\n")
    (root / "README.md").write_text("changed\n")
    (root / "untracked.txt").write_text("2\n")
    (root / ".gitignore").write_text("*.log\n")
    (root / "ignored.log").write_text("3\n")
    snapshot = WorkTree(str(root))
    assert [change.path for change in snapshot.changes] == [
        ".gitignore",
        "README.md",
        "staged.txt",
        "untracked.txt",
    ]
    assert [data for _, data in snapshot.contents(snapshot.changes)] == [
        b"*.log\n",
        b"changed\n",
        b"1\n",
        b"2\n",
    ]
    assert [change.path for change in WorkTree(str(root), everything=True).changes] == [
        change.path for change in snapshot.changes
    ]


def test_the_working_tree_of_a_subfolder_is_the_whole_one(root: Path) -> None:
    (root / "a").mkdir()
    (root / "b.txt").write_text("x\n")
    assert [change.path for change in WorkTree(str(root / "a")).changes] == ["b.txt"]

"""Trees of a change: which files are read, and what a built tree has of its files' modes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.gates import ChangeSet, trees
from tierwise.gates.trees import LARGEST_BYTES, build_tree, read_files


@pytest.fixture
def change(tmp_path: Path) -> ChangeSet:
    files = {"run.sh": "true\n", "a file.txt": "a\n", "large.txt": "x" * (LARGEST_BYTES + 1)}
    home = make_repository(tmp_path / "home", files)
    git(home, "update-index", "--chmod=+x", "run.sh")
    git(home, "commit", "-qm", "chmod")
    return ChangeSet(str(home), "HEAD", known_tree=git(home, "rev-parse", "HEAD^{tree}").strip())


def test_large_files_and_those_that_nobody_wants_are_not_read(change: ChangeSet) -> None:
    found = read_files(change, change.base_tree, lambda path: path.endswith(".txt"))
    assert found == [("a file.txt", b"a\n")]


def test_a_built_tree_keeps_the_mode_of_its_files(change: ChangeSet) -> None:
    tree = build_tree(change, {"run.sh": b"false\n", "new.txt": b"n\n", "a file.txt": None})
    listed = git(Path(change.root), "ls-tree", "-r", tree).splitlines()
    modes = {line.split("\t")[1]: line.split(" ")[0] for line in listed}
    assert (modes["run.sh"], modes["new.txt"]) == ("100755", "100644")
    assert "a file.txt" not in modes and "large.txt" in modes


def test_only_the_replaced_files_are_listed_for_their_mode(
    change: ChangeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, ...]] = []
    run = trees.git_output

    def record(root: str, *arguments: str, **rest: object) -> bytes:
        calls.append(arguments)
        return run(root, *arguments, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(trees, "git_output", record)
    build_tree(change, {"run.sh": b"false\n"})
    assert all(call[-1] == "run.sh" for call in calls if call[0] == "ls-tree")

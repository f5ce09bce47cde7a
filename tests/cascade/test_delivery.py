"""How a result arrives in the user's repository: as a branch, or as changes, all or nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.cascade import tree_of
from tests.support.repository import git

from tierwise.cascade.delivery import deliver_branch, deliver_changes
from tierwise.cascade.workspace import open_workspace
from tierwise.errors import OutsideError


@pytest.mark.slow
def test_a_result_with_every_kind_of_change_is_applied(origin: Path) -> None:
    (origin / "mine.txt").write_text("mine\n")
    with open_workspace(str(origin), "", "r1") as place:
        root = Path(place.root)
        (root / "a.txt").unlink()
        (root / "src/b.txt").write_bytes(b"\x00\xff binary")
        (root / "src/tool.sh").write_text("#!/bin/sh\n")
        (root / "src/tool.sh").chmod(0o755)
        (root / "mine.txt").write_text("mine, mended\n")
        deliver_changes(place, place.state())
    assert not (origin / "a.txt").exists()
    assert (origin / "src/b.txt").read_bytes() == b"\x00\xff binary"
    assert (origin / "src/tool.sh").stat().st_mode & 0o111
    assert (origin / "mine.txt").read_text() == "mine, mended\n"
    assert git(origin, "diff", "--cached") == ""


@pytest.mark.slow
def test_a_result_that_no_longer_fits_changes_nothing(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "src/b.txt").write_text("theirs\n")
        (origin / "a.txt").write_text("mine\n")
        with pytest.raises(OutsideError):
            deliver_changes(place, place.state())
    assert (origin / "a.txt").read_text() == "mine\n"
    assert (origin / "src/b.txt").read_text() == "two\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on a file's size")
def test_a_delivery_that_fails_in_the_middle_leaves_the_files_as_they_were(origin: Path) -> None:
    import resource

    with open_workspace(str(origin), "", "r1") as place:
        for name, text in (
            ("a.txt", "changed\n"),
            ("new.txt", "n\n"),
            ("z-large.txt", "x" * 200_000),
        ):
            (Path(place.root) / name).write_text(text)
        (Path(place.root) / "src/b.txt").unlink()
        tree = place.state()
        before = tree_of(origin)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            with pytest.raises(OutsideError):
                deliver_changes(place, tree)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert tree_of(origin) == before
        deliver_changes(place, tree)
        assert set(tree_of(origin)) ^ set(before) == {"src/b.txt", "new.txt", "z-large.txt"}


@pytest.mark.slow
def test_a_branch_that_is_taken_gets_another_name(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        names = [deliver_branch(place, place.state(), "tierwise/x", "docs: x") for _ in range(2)]
    assert names == ["tierwise/x", "tierwise/x-2"]
    assert git(origin, "log", "-1", "--format=%s", names[1]) == "docs: x\n"


@pytest.mark.slow
def test_a_commit_that_the_attempt_made_itself_is_part_of_the_result(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        git(Path(place.root), "commit", "-qam", "docs: mine")
        paths = place.changed_paths(place.state())
    assert paths == ["a.txt"]
    assert git(origin, "log", "--format=%s", "main") == "docs: begin\n"

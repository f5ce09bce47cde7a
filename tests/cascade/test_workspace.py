"""The workspace of a run: what is carried over, what is refused, how a result arrives.  Real git, real files."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.cascade.delivery import deliver_branch
from tierwise.cascade.workspace import open_workspace


def test_a_place_is_gone_afterwards_also_after_a_fault(origin: Path) -> None:
    with pytest.raises(RuntimeError), open_workspace(str(origin), "", "r1") as place:
        assert (Path(place.root) / "a.txt").read_text() == "one\n"
        raise RuntimeError
    assert not Path(place.root).exists()
    assert len(git(origin, "worktree", "list").splitlines()) == 1


@pytest.mark.slow
def test_the_users_index_and_files_stay_as_they_are(origin: Path) -> None:
    (origin / "a.txt").write_text("staged\n")
    git(origin, "add", "a.txt")
    (origin / "a.txt").write_text("and more\n")
    (origin / "new file é.txt").write_text("new\n")
    before = (
        git(origin, "status", "--porcelain"),
        git(origin, "diff", "--cached"),
        git(origin, "for-each-ref"),
    )
    with open_workspace(str(origin), "", "r1") as place:
        assert (Path(place.root) / "a.txt").read_text() == "and more\n"
        assert (Path(place.root) / "new file é.txt").read_text() == "new\n"
        assert "your uncommitted changes are part of what the attempts start from" in place.notes
    assert (
        git(origin, "status", "--porcelain"),
        git(origin, "diff", "--cached"),
        git(origin, "for-each-ref"),
    ) == before


@pytest.mark.slow
def test_a_reset_takes_back_changed_and_new_files(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "new.txt").write_text("new\n")
        place.reset()
        assert place.state() == git(origin, "rev-parse", "HEAD^{tree}").strip()


@pytest.mark.slow
def test_linked_folders_are_there_and_never_part_of_a_result(origin: Path) -> None:
    (origin / "deps").mkdir()
    (origin / "deps/lib.txt").write_text("lib\n")
    (origin / ".gitignore").write_text("deps/\n")
    with open_workspace(str(origin), "", "r1", links=["deps"]) as place:
        assert (Path(place.root) / "deps/lib.txt").read_text() == "lib\n"
        assert place.state() == git(origin, "rev-parse", "HEAD^{tree}").strip()
        place.reset()
    assert (origin / "deps/lib.txt").read_text() == "lib\n"


def test_hooks_of_the_user_do_not_fire_for_a_worktree(origin: Path) -> None:
    hook = origin / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {origin}/fired\n")
    hook.chmod(0o755)
    with open_workspace(str(origin), "", "r1"):
        pass
    assert not (origin / "fired").exists()


@pytest.mark.slow
def test_an_attempt_s_git_commands_do_not_reach_the_users_repository(origin: Path) -> None:
    (origin / "a.txt").write_text("stashed\n")
    git(origin, "stash")
    config = (origin / ".git/config").read_text()
    refs, stash = git(origin, "for-each-ref"), git(origin, "stash", "list")
    with open_workspace(str(origin), "", "r1") as place:
        root = Path(place.root)
        (root / "src/b.txt").write_text("attempt\n")
        git(root, "stash")
        git(root, "stash", "pop")
        with pytest.raises(subprocess.CalledProcessError):
            git(root, "stash", "pop")
        git(root, "branch", "-D", "main")
        git(root, "config", "user.email", "model@example.invalid")
        git(root, "config", "core.hooksPath", "/nowhere")
        assert place.changed_paths(place.state()) == ["src/b.txt"]
    assert (git(origin, "for-each-ref"), git(origin, "stash", "list")) == (refs, stash)
    assert (origin / ".git/config").read_text() == config


@pytest.mark.slow
def test_a_git_folder_that_an_attempt_destroyed_does_not_hide_its_result(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        shutil.rmtree(Path(place.root) / ".git")
        (Path(place.root) / "a.txt").write_text("theirs\n")
        tree = place.state()
        name = deliver_branch(place, tree, "tierwise/x", "docs: x")
    assert git(origin, "show", f"{name}:a.txt") == "theirs\n"


@pytest.mark.slow
def test_attempts_start_clean_of_ignored_files_and_keep_what_was_changed(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "deps").mkdir()
        (Path(place.root) / "deps/stale.pyc").write_text("x")
        place.reset(place.state())
        assert not (Path(place.root) / "deps").exists()
        assert (Path(place.root) / "a.txt").read_text() == "theirs\n"
        assert git(Path(place.root), "status", "--porcelain") == " M a.txt\n"


@pytest.mark.slow
def test_a_repository_that_an_attempt_made_arrives_as_files(origin: Path) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        inner = Path(place.root) / "vendor"
        make_repository(inner, {"x.txt": "x\n"})
        tree = place.state()
        assert place.changed_paths(tree) == ["vendor/README.md", "vendor/x.txt"]
        assert any("vendor was made a repository of its own" in note for note in place.notes)


@pytest.mark.slow
@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_in_a_sparse_checkout_work_goes_from_end_to_end(origin: Path, cone: str) -> None:
    (origin / "src/one").mkdir()
    (origin / "src/one/c.txt").write_text("three\n")
    (origin / "other").mkdir()
    (origin / "other/d.txt").write_text("four\n")
    git(origin, "add", "-A")
    git(origin, "commit", "-qm", "docs: more")
    git(origin, "sparse-checkout", "set", cone, "src/one")
    with open_workspace(str(origin), "", "r1") as place:
        assert not (Path(place.root) / "other").exists()
        (Path(place.root) / "src/one/c.txt").write_text("changed\n")
        (Path(place.root) / "new").mkdir()
        (Path(place.root) / "new/e.txt").write_text("outside of the cone\n")
        tree = place.state()
        assert place.changed_paths(tree) == ["new/e.txt", "src/one/c.txt"]
        with place.checkouts.fresh(tree) as folder:
            assert (Path(folder) / "src/one/c.txt").read_text() == "changed\n"
        name = deliver_branch(place, tree, "tierwise/x", "docs: x")
    assert git(origin, "show", f"{name}:src/one/c.txt") == "changed\n"
    assert git(origin, "show", f"{name}:other/d.txt") == "four\n"

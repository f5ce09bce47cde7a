"""The workspace of a run: what is carried over, what is refused, how a result arrives.  Real git, real files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.support.cascade import tree_of
from tests.support.repository import git, make_repository

from tierwise import ledger
from tierwise.cascade.delivery import deliver_branch, deliver_changes
from tierwise.cascade.workspace import open_change_set, open_workspace
from tierwise.errors import OutsideError, TierwiseError
from tierwise.scratch import number_space


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_repository(
        tmp_path / "repository", {"a.txt": "one\n", "src/b.txt": "two\n", ".gitignore": "deps/\n"}
    )


def test_a_place_is_gone_afterwards_also_after_a_fault(home: Path) -> None:
    with pytest.raises(RuntimeError), open_workspace(str(home), "", "r1") as place:
        assert (Path(place.root) / "a.txt").read_text() == "one\n"
        raise RuntimeError
    assert not Path(place.root).exists()
    assert len(git(home, "worktree", "list").splitlines()) == 1


def test_the_users_index_and_files_stay_as_they_are(home: Path) -> None:
    (home / "a.txt").write_text("staged\n")
    git(home, "add", "a.txt")
    (home / "a.txt").write_text("and more\n")
    (home / "new file é.txt").write_text("new\n")
    before = (
        git(home, "status", "--porcelain"),
        git(home, "diff", "--cached"),
        git(home, "for-each-ref"),
    )
    with open_workspace(str(home), "", "r1") as place:
        assert (Path(place.root) / "a.txt").read_text() == "and more\n"
        assert (Path(place.root) / "new file é.txt").read_text() == "new\n"
        assert "your uncommitted changes are part of what the attempts start from" in place.notes
    assert (
        git(home, "status", "--porcelain"),
        git(home, "diff", "--cached"),
        git(home, "for-each-ref"),
    ) == before


def test_a_result_with_every_kind_of_change_is_applied(home: Path) -> None:
    (home / "mine.txt").write_text("mine\n")
    with open_workspace(str(home), "", "r1") as place:
        root = Path(place.root)
        (root / "a.txt").unlink()
        (root / "src/b.txt").write_bytes(b"\x00\xff binary")
        (root / "src/tool.sh").write_text("#!/bin/sh\n")
        (root / "src/tool.sh").chmod(0o755)
        (root / "mine.txt").write_text("mine, mended\n")
        deliver_changes(place, place.state())
    assert not (home / "a.txt").exists()
    assert (home / "src/b.txt").read_bytes() == b"\x00\xff binary"
    assert (home / "src/tool.sh").stat().st_mode & 0o111
    assert (home / "mine.txt").read_text() == "mine, mended\n"
    assert git(home, "diff", "--cached") == ""


def test_a_result_that_no_longer_fits_changes_nothing(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "src/b.txt").write_text("theirs\n")
        (home / "a.txt").write_text("mine\n")
        with pytest.raises(OutsideError):
            deliver_changes(place, place.state())
    assert (home / "a.txt").read_text() == "mine\n"
    assert (home / "src/b.txt").read_text() == "two\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on a file's size")
def test_a_delivery_that_fails_in_the_middle_leaves_the_files_as_they_were(home: Path) -> None:
    import resource

    with open_workspace(str(home), "", "r1") as place:
        for name, text in (
            ("a.txt", "changed\n"),
            ("new.txt", "n\n"),
            ("z-large.txt", "x" * 200_000),
        ):
            (Path(place.root) / name).write_text(text)
        (Path(place.root) / "src/b.txt").unlink()
        tree = place.state()
        before = tree_of(home)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
        try:
            with pytest.raises(OutsideError):
                deliver_changes(place, tree)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert tree_of(home) == before
        deliver_changes(place, tree)
        assert set(tree_of(home)) ^ set(before) == {"src/b.txt", "new.txt", "z-large.txt"}


def test_a_branch_that_is_taken_gets_another_name(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        names = [deliver_branch(place, place.state(), "tierwise/x", "docs: x") for _ in range(2)]
    assert names == ["tierwise/x", "tierwise/x-2"]
    assert git(home, "log", "-1", "--format=%s", names[1]) == "docs: x\n"


def test_a_commit_that_the_attempt_made_itself_is_part_of_the_result(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        git(Path(place.root), "commit", "-qam", "docs: mine")
        paths = place.changed_paths(place.state())
    assert paths == ["a.txt"]
    assert git(home, "log", "--format=%s", "main") == "docs: begin\n"


def test_a_reset_takes_back_changed_and_new_files(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "new.txt").write_text("new\n")
        place.reset()
        assert place.state() == git(home, "rev-parse", "HEAD^{tree}").strip()


def test_linked_folders_are_there_and_never_part_of_a_result(home: Path) -> None:
    (home / "deps").mkdir()
    (home / "deps/lib.txt").write_text("lib\n")
    (home / ".gitignore").write_text("deps/\n")
    with open_workspace(str(home), "", "r1", links=["deps"]) as place:
        assert (Path(place.root) / "deps/lib.txt").read_text() == "lib\n"
        assert place.state() == git(home, "rev-parse", "HEAD^{tree}").strip()
        place.reset()
    assert (home / "deps/lib.txt").read_text() == "lib\n"


def test_what_hooks_note_during_an_attempt_is_in_the_users_ledger_and_outlives_it(
    home: Path,
) -> None:
    with open_workspace(str(home), "", "r1") as place:
        ledger.append(place.root, {"row": "decision", "tool_use_id": "toolu_1"})
        assert place.state() == git(home, "rev-parse", "HEAD^{tree}").strip()
        place.reset()
        ledger.append(place.root, {"row": "decision", "tool_use_id": "toolu_2"})
    assert [row["tool_use_id"] for row in ledger.read(str(home))] == ["toolu_1", "toolu_2"]
    assert git(home, "status", "--porcelain") == ""


def test_hooks_of_the_user_do_not_fire_for_a_worktree(home: Path) -> None:
    hook = home / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {home}/fired\n")
    hook.chmod(0o755)
    with open_workspace(str(home), "", "r1"):
        pass
    assert not (home / "fired").exists()


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "-q")
    with (
        pytest.raises(TierwiseError, match="no commit yet"),
        open_workspace(str(tmp_path / "empty"), "", "r1"),
    ):
        pass


def test_a_merge_in_progress_is_refused(home: Path) -> None:
    git(home, "checkout", "-qb", "other")
    (home / "a.txt").write_text("other\n")
    git(home, "commit", "-qam", "docs: other")
    git(home, "checkout", "-q", "main")
    (home / "a.txt").write_text("main\n")
    git(home, "commit", "-qam", "docs: main")
    with pytest.raises(Exception):  # noqa: B017 - git's own failure, by way of the support code
        git(home, "merge", "other")
    with (
        pytest.raises(TierwiseError, match="a merge is in progress"),
        open_workspace(str(home), "", "r1"),
    ):
        pass


def test_a_populated_submodule_is_refused_unless_the_policy_says_empty(
    home: Path, tmp_path: Path
) -> None:
    inner = make_repository(tmp_path / "inner")
    git(home, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "lib")
    git(home, "commit", "-qm", "build: add lib")
    with (
        pytest.raises(TierwiseError, match="lib: populated submodules"),
        open_workspace(str(home), "", "r1"),
    ):
        pass
    with open_workspace(str(home), "", "r1", submodules="empty") as place:
        assert "1 submodules are empty for the attempts" in place.notes
        (Path(place.root) / "a.txt").write_text("theirs\n")
        assert place.changed_paths(place.state()) == ["a.txt"]


def test_large_files_stay_pointers_and_a_changed_one_is_refused(home: Path) -> None:
    if shutil.which("git-lfs"):
        pytest.skip("git-lfs is installed, and would handle the file")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    (home / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    (home / "big.bin").write_text(pointer)
    git(home, "add", "-A")
    git(home, "commit", "-qm", "build: lfs")
    with open_workspace(str(home), "", "r1") as place:
        assert "1 files that Git LFS keeps are pointers for the attempts" in place.notes
        assert (Path(place.root) / "big.bin").read_text() == pointer
    (home / "big.bin").write_bytes(b"real content")
    with (
        pytest.raises(TierwiseError, match=r"big\.bin: a changed file that Git LFS keeps"),
        open_workspace(str(home), "", "r"),
    ):
        pass


def test_an_attempt_s_git_commands_do_not_reach_the_users_repository(home: Path) -> None:
    (home / "a.txt").write_text("stashed\n")
    git(home, "stash")
    config = (home / ".git/config").read_text()
    refs, stash = git(home, "for-each-ref"), git(home, "stash", "list")
    with open_workspace(str(home), "", "r1") as place:
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
    assert (git(home, "for-each-ref"), git(home, "stash", "list")) == (refs, stash)
    assert (home / ".git/config").read_text() == config


def test_a_git_folder_that_an_attempt_destroyed_does_not_hide_its_result(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        shutil.rmtree(Path(place.root) / ".git")
        (Path(place.root) / "a.txt").write_text("theirs\n")
        tree = place.state()
        name = deliver_branch(place, tree, "tierwise/x", "docs: x")
    assert git(home, "show", f"{name}:a.txt") == "theirs\n"


def test_gates_see_exactly_what_is_delivered(home: Path) -> None:
    """Ignored files of an attempt, and what a gate's command leaves, are in no later checkout."""
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "deps").mkdir()
        (Path(place.root) / "deps/fix.txt").write_text("ignored\n")
        tree = place.state()
        with place.checkouts.fresh(tree) as folder:
            assert not (Path(folder) / "deps").exists()
            assert (Path(folder) / "a.txt").read_text() == "theirs\n"
            assert git(Path(folder), "status", "--porcelain") == ""
            (Path(folder) / "deps").mkdir()
            (Path(folder) / "src/b.txt").write_text("left by a gate\n")
        with place.checkouts.fresh(tree) as folder:
            assert not (Path(folder) / "deps").exists()
            assert (Path(folder) / "src/b.txt").read_text() == "two\n"


def test_attempts_start_clean_of_ignored_files_and_keep_what_was_changed(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        (Path(place.root) / "a.txt").write_text("theirs\n")
        (Path(place.root) / "deps").mkdir()
        (Path(place.root) / "deps/stale.pyc").write_text("x")
        place.reset(place.state())
        assert not (Path(place.root) / "deps").exists()
        assert (Path(place.root) / "a.txt").read_text() == "theirs\n"
        assert git(Path(place.root), "status", "--porcelain") == " M a.txt\n"


def test_a_repository_that_an_attempt_made_arrives_as_files(home: Path) -> None:
    with open_workspace(str(home), "", "r1") as place:
        inner = Path(place.root) / "vendor"
        make_repository(inner, {"x.txt": "x\n"})
        tree = place.state()
        assert place.changed_paths(tree) == ["vendor/README.md", "vendor/x.txt"]
        assert any("vendor was made a repository of its own" in note for note in place.notes)


def test_an_untracked_file_of_secrets_is_not_part_of_what_attempts_start_from(home: Path) -> None:
    (home / ".env").write_text("TOKEN=x\n")
    (home / ".env.example").write_text("TOKEN=\n")
    with open_workspace(str(home), "", "r1") as place:
        assert not (Path(place.root) / ".env").exists()
        assert (Path(place.root) / ".env.example").exists()
        assert any(".env: untracked and named like secrets" in note for note in place.notes)
    assert (home / ".env").read_text() == "TOKEN=x\n"


@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_in_a_sparse_checkout_work_goes_from_end_to_end(home: Path, cone: str) -> None:
    (home / "src/one").mkdir()
    (home / "src/one/c.txt").write_text("three\n")
    (home / "other").mkdir()
    (home / "other/d.txt").write_text("four\n")
    git(home, "add", "-A")
    git(home, "commit", "-qm", "docs: more")
    git(home, "sparse-checkout", "set", cone, "src/one")
    with open_workspace(str(home), "", "r1") as place:
        assert not (Path(place.root) / "other").exists()
        (Path(place.root) / "src/one/c.txt").write_text("changed\n")
        (Path(place.root) / "new").mkdir()
        (Path(place.root) / "new/e.txt").write_text("outside of the cone\n")
        tree = place.state()
        assert place.changed_paths(tree) == ["new/e.txt", "src/one/c.txt"]
        with place.checkouts.fresh(tree) as folder:
            assert (Path(folder) / "src/one/c.txt").read_text() == "changed\n"
        name = deliver_branch(place, tree, "tierwise/x", "docs: x")
    assert git(home, "show", f"{name}:src/one/c.txt") == "changed\n"
    assert git(home, "show", f"{name}:other/d.txt") == "four\n"


def test_what_killed_gates_left_goes_with_the_next_checkout(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    gone = 2**22 + 1
    left = scratch / f"tierwise-gate-{number_space()}-{gone}-x"
    kept = {
        "tierwise-gate-notes",
        f"tierwise-gate-{number_space()}7-{gone}-x",
    }  # of another container
    for folder in (left, *(scratch / name for name in kept)):
        folder.mkdir()
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        assert change.checkouts is not None
        with change.checkouts.fresh(change.base_tree) as folder_of_gate:
            assert (Path(folder_of_gate) / "a.txt").read_text() == "one\n"
        assert not left.exists()
    assert {path.name for path in scratch.iterdir()} == kept

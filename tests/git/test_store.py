"""A store reads the user's objects; what happens in it and in its folders never reaches the user's repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.git import snapshot
from tierwise.git.store import ObjectStore, identity_of, open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "home", {"a": "a\n", "sub/b": "b\n"})
    git(root, "tag", "v1")
    return root


@pytest.fixture
def store(home: Path, tmp_path: Path) -> ObjectStore:
    return open_store(str(home), str(tmp_path / "store"))


def _read_state(home: Path) -> tuple[str, ...]:
    config = (home / ".git" / "config").read_text()
    return config, git(home, "for-each-ref"), git(home, "status", "--porcelain")


def _make_folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_folder_is_exactly_the_tree_but_for_what_is_kept(
    store: ObjectStore, tmp_path: Path
) -> None:
    folder = _make_folder(tmp_path / "attempt")
    for name in ("stray", "kept"):
        (folder / name).write_text(name)
    store.check_out(str(folder), store.text("rev-parse", "v1^{tree}"), keep=["kept"])
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "a", "kept", "sub"]


@pytest.mark.slow
def test_what_is_done_in_an_attempts_repository_stays_there(
    home: Path, store: ObjectStore, tmp_path: Path
) -> None:
    (home / "a").write_text("the user's own edit\n")
    git(home, "stash")
    before = _read_state(home)
    stashes = git(home, "stash", "list")
    folder = _make_folder(tmp_path / "attempt")
    commit = git(home, "rev-parse", "HEAD").strip()
    store.check_out(str(folder), store.text("rev-parse", f"{commit}^{{tree}}"))
    store.give_repository(str(folder), commit)
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "stash", "list") == ""
    (folder / "a").write_text("attempt\n")
    git(folder, "stash")
    git(folder, "config", "user.email", "other@example.invalid")
    git(folder, "tag", "-d", "v1")
    git(folder, "branch", "-m", "main", "gone")
    assert _read_state(home) == before
    assert git(home, "stash", "list") == stashes


def test_only_what_is_sent_reaches_the_users_repository(
    home: Path, store: ObjectStore, tmp_path: Path
) -> None:
    folder = _make_folder(tmp_path / "attempt")
    base = git(home, "rev-parse", "HEAD").strip()
    store.check_out(str(folder), store.text("rev-parse", f"{base}^{{tree}}"))
    (folder / "a").write_text("done\n")
    environment = store.environment(str(folder))
    tree = snapshot.take(str(folder), env=environment)
    commit = snapshot.commit(str(folder), tree, [base], "feat: done", env=environment)
    with pytest.raises(Exception, match=commit[:7]):
        git(home, "cat-file", "-e", commit)
    store.send_home(commit, base)
    assert git(home, "show", f"{commit}:a") == "done\n"
    assert git(home, "status", "--porcelain") == ""


def test_settings_that_decide_about_content_are_copied_and_no_others(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home")
    git(home, "config", "core.autocrlf", "input")
    git(home, "config", "filter.x y.clean", 'sed "s/a/b/"')
    git(home, "config", "core.sshCommand", "touch /tmp/never")
    git(home, "config", "alias.st", "!touch never")
    open_store(str(home), str(tmp_path / "store"))
    config = str(tmp_path / "store" / "config")
    assert git(home, "config", "-f", config, "core.autocrlf") == "input\n"
    assert git(home, "config", "-f", config, "filter.x y.clean") == 'sed "s/a/b/"\n'
    listed = git(home, "config", "-f", config, "--name-only", "--list")
    assert "sshcommand" not in listed
    assert "alias" not in listed


def test_the_users_name_is_put_on_what_lands_in_their_branches(tmp_path: Path) -> None:
    home = make_repository(tmp_path / "home")
    git(home, "config", "user.name", "A. Person")
    git(home, "config", "user.email", "a@example.invalid")
    identity = identity_of(str(home))
    assert identity["GIT_AUTHOR_NAME"] == identity["GIT_COMMITTER_NAME"] == "A. Person"
    assert identity["GIT_AUTHOR_EMAIL"] == "a@example.invalid"

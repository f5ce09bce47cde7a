"""Installing git hooks where git looks, beside what is there, and taking them out without a trace."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support.git_hooks import BAD, TRACE, hook_file, snapshot, statuses
from tests.support.hooked import commit, git, stage, tierwise

from tierwise.checks.git_hooks.manage import EARLIER, install, status, uninstall
from tierwise.checks.git_hooks.wanted import CHECKS, SYNC


@pytest.mark.slow
def test_installing_twice_changes_nothing(root: Path) -> None:
    assert statuses(install(str(root))) == {"pre-commit": "installed", "commit-msg": "installed"}
    before = snapshot(root / ".git" / "hooks")
    assert statuses(install(str(root))) == {"pre-commit": "kept", "commit-msg": "kept"}
    assert snapshot(root / ".git" / "hooks") == before


@pytest.mark.slow
@pytest.mark.parametrize("mode", [0o755, 0o700, 0o644])
def test_an_earlier_hook_runs_first_and_comes_back_byte_for_byte(root: Path, mode: int) -> None:
    hook_file(root, "pre-commit", TRACE.encode() + b"# \xff\r\n", mode)
    before = snapshot(root / ".git" / "hooks")
    install(str(root), ["pre-commit"])
    stage(root, "a.py", BAD)
    done = commit(root)
    assert done.returncode == 1
    assert (b"earlier" in done.stderr) == (mode != 0o644), "git would not run it either"
    assert statuses(uninstall(str(root)))["pre-commit"] == "restored"
    assert snapshot(root / ".git" / "hooks") == before


@pytest.mark.slow
def test_an_earlier_hook_that_is_a_link_to_a_tracked_file_stays_one(root: Path) -> None:
    stage(root, "scripts/hook.sh", TRACE)
    (root / "scripts" / "hook.sh").chmod(0o755)
    link = root / ".git" / "hooks" / "pre-commit"
    link.symlink_to("../../scripts/hook.sh")
    install(str(root), ["pre-commit"])
    assert (root / "scripts" / "hook.sh").read_text() == TRACE, "never written through the link"
    assert b"earlier" in commit(root).stderr
    uninstall(str(root))
    assert os.readlink(link) == "../../scripts/hook.sh"


def test_an_earlier_hook_that_says_no_has_the_last_word(root: Path) -> None:
    hook_file(root, "pre-commit", "#!/bin/sh\nexit 7\n")
    install(str(root), ["pre-commit"])
    stage(root, "a.py", "x = 1\n")
    assert commit(root).returncode == 1


def test_uninstalling_from_a_clean_repository_leaves_no_trace(root: Path) -> None:
    before = snapshot(root / ".git" / "hooks")
    install(str(root), CHECKS + SYNC)
    assert set(statuses(uninstall(str(root))).values()) == {"removed"}
    assert snapshot(root / ".git" / "hooks") == before
    assert set(statuses(uninstall(str(root))).values()) == {"absent"}


def test_a_hook_of_ours_that_was_edited_is_kept(root: Path) -> None:
    install(str(root), ["pre-commit"])
    path = root / ".git" / "hooks" / "pre-commit"
    edited = path.read_bytes() + b"echo mine\n"
    path.write_bytes(edited)
    assert statuses(status(str(root), ["pre-commit"])) == {"pre-commit": "edited"}
    assert statuses(install(str(root), ["pre-commit"])) == {"pre-commit": "edited"}
    assert statuses(uninstall(str(root)))["pre-commit"] == "edited"
    assert path.read_bytes() == edited
    assert statuses(install(str(root), ["pre-commit"], force=True)) == {"pre-commit": "updated"}
    assert (path.parent / "pre-commit.edited").read_bytes() == edited


def test_a_kill_between_the_two_steps_of_an_install_is_mended_by_the_next(root: Path) -> None:
    path = hook_file(root, "pre-commit", TRACE)
    os.link(path, f"{path}{EARLIER}")  # the state after the first step
    before = path.read_bytes()
    assert statuses(install(str(root), ["pre-commit"])) == {"pre-commit": "installed"}
    uninstall(str(root))
    assert path.read_bytes() == before


def test_two_hooks_that_claim_one_place_are_not_guessed_at(root: Path) -> None:
    hook_file(root, "pre-commit", TRACE)
    hook_file(root, f"pre-commit{EARLIER}", "#!/bin/sh\n# another\n")
    before = snapshot(root / ".git" / "hooks")
    (state,) = install(str(root), ["pre-commit"])
    assert state.status == "blocked"
    assert snapshot(root / ".git" / "hooks") == before


def test_a_dry_run_writes_nothing(root: Path) -> None:
    hook_file(root, "pre-commit", TRACE)
    before = snapshot(root / ".git" / "hooks")
    assert statuses(install(str(root), dry_run=True)) == {
        "pre-commit": "installed",
        "commit-msg": "installed",
    }
    assert snapshot(root / ".git" / "hooks") == before


@pytest.mark.parametrize("scope", ["local", "global"])
def test_a_shared_hooks_folder_is_not_written_to_unasked(
    root: Path, tmp_path: Path, scope: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = root / ".githooks" if scope == "local" else tmp_path / "everywhere"
    folder.mkdir()
    (folder / "pre-commit").write_text(TRACE)
    (folder / "pre-commit").chmod(0o755)
    config = tmp_path / "gitconfig"
    config.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    if scope == "local":
        git(root, "config", "core.hooksPath", ".githooks")
    else:
        git(root, "config", "--file", str(config), "core.hooksPath", str(folder))
    before = snapshot(folder)
    states = install(str(root), ["pre-commit"])
    assert statuses(states) == {"pre-commit": "shared"}
    assert "core.hooksPath" in states[0].note
    assert snapshot(folder) == before
    assert not (root / ".git" / "hooks" / "pre-commit").exists(), "git would not look there"
    assert statuses(install(str(root), ["pre-commit"], force=True)) == {"pre-commit": "installed"}
    script = (folder / "pre-commit").read_bytes()
    assert os.fsencode(sys.executable) not in script, "a shared file names no path of this machine"
    uninstall(str(root))
    assert snapshot(folder) == before


@pytest.mark.parametrize("force", [False, True])
def test_hooks_that_are_switched_off_are_said_to_be_and_nothing_is_written(
    root: Path, force: bool
) -> None:
    git(root, "config", "core.hooksPath", os.devnull)
    for states in (
        install(str(root), ["pre-commit"], force=force),
        status(str(root), ["pre-commit"]),
    ):
        assert statuses(states) == {"pre-commit": "blocked"}
        assert "git runs no hooks at all" in states[0].note and not states[0].is_well
    assert not os.path.isfile(os.devnull)
    assert {state.status for state in uninstall(str(root))} == {"absent"}


def test_a_hooks_path_that_is_the_repositorys_own_folder_is_no_shared_one(root: Path) -> None:
    git(root, "config", "core.hooksPath", ".git/hooks")
    assert statuses(install(str(root), ["pre-commit"])) == {"pre-commit": "installed"}


def test_uninstalling_leaves_a_shared_folder_where_it_is(root: Path) -> None:
    (root / ".githooks").mkdir()
    git(root, "config", "core.hooksPath", ".githooks")
    install(str(root), ["pre-commit"], force=True)
    uninstall(str(root))
    assert list((root / ".githooks").iterdir()) == []


@pytest.mark.slow
def test_worktrees_share_one_installation_and_submodules_have_their_own(
    root: Path, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    git(root, "worktree", "add", "-q", str(linked))
    install(str(linked), ["pre-commit"])
    assert statuses(status(str(root), ["pre-commit"])) == {"pre-commit": "kept"}
    stage(root, "a.py", BAD)
    assert commit(root).returncode == 1
    git(root, "rm", "-q", "-f", "a.py")
    git(root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(linked), "sub")
    (state,) = install(str(root / "sub"), ["pre-commit"])
    assert state.path == str(root / ".git" / "modules" / "sub" / "hooks" / "pre-commit")


@pytest.mark.slow
def test_a_checkout_brings_the_generated_files_up_to_the_policy_where_it_asks_for_that(
    root: Path,
) -> None:
    assert tierwise(root, "install").returncode == 0
    with (root / "tierwise.yaml").open("a") as text:
        text.write("sync: on-checkout\n")
    assert tierwise(root, "trust").returncode == 0
    assert tierwise(root, "sync").returncode == 0
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", "feat: x")
    assert tierwise(root, "git-hooks", "install").returncode == 0
    assert statuses(status(str(root), SYNC)) == {"post-checkout": "kept", "post-merge": "kept"}
    git(root, "checkout", "-q", "-b", "other")
    with (root / "tierwise.yaml").open("a") as text:
        text.write("default: light\n")
    git(root, "commit", "-q", "--no-verify", "-am", "feat: y")
    git(root, "checkout", "-q", "main")
    done = git(root, "checkout", "-q", "other", PATH="/usr/bin:/bin")
    assert b"tierwise: synced" in done.stderr
    assert tierwise(root, "check").returncode == 0

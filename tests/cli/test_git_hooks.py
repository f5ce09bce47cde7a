"""`tierwise git-hooks`: install, status and uninstall."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hooked import git, tierwise


def test_a_dry_run_says_that_nothing_was_written(repository: Path) -> None:
    done = tierwise(repository, "git-hooks", "install", "--dry-run")
    assert done.stdout.startswith(b"dry run, nothing was written; it would be:\ninstalled")
    assert not (repository / ".git" / "hooks" / "pre-commit").exists()


@pytest.mark.slow
def test_a_team_that_writes_other_messages_is_offered_the_check_of_messages(
    repository: Path,
) -> None:
    for number in range(12):
        git(repository, "commit", "-q", "--allow-empty", "-m", f"Change number {number}")
    done = tierwise(repository, "git-hooks", "install")
    assert done.returncode == 0, done.stderr
    assert b"optional   commit-msg" in done.stdout
    assert b"1 of the last 13 messages" in done.stdout
    hooks = repository / ".git" / "hooks"
    assert (hooks / "pre-commit").exists()
    assert not (hooks / "commit-msg").exists()
    assert tierwise(repository, "git-hooks", "status").returncode == 0
    assert tierwise(repository, "git-hooks", "install", "--hook", "commit-msg").returncode == 0
    assert (hooks / "commit-msg").exists()


def test_help_says_that_uninstall_means_every_hook(repository: Path) -> None:
    said = tierwise(repository, "git-hooks", "uninstall", "--help").stdout
    assert b"Take all hooks of Tierwise out" in said
    assert b"Also hooks of ours that were edited" in said


@pytest.mark.slow
def test_the_command_installs_shows_and_removes(repository: Path) -> None:
    done = tierwise(repository, "git-hooks", "install", "--json")
    assert done.returncode == 0, done.stderr
    assert b'"ok": true' in done.stdout
    assert tierwise(repository, "git-hooks", "status").returncode == 0
    assert tierwise(repository, "git-hooks", "uninstall").returncode == 0
    assert tierwise(repository, "git-hooks", "status").returncode == 1


def test_the_command_says_what_it_did_not_install(repository: Path) -> None:
    git(repository, "config", "core.hooksPath", "elsewhere")
    done = tierwise(repository, "git-hooks", "install")
    assert done.returncode == 1
    assert b"core.hooksPath" in done.stdout
    assert b"`tierwise git-hooks install --hook pre-commit --force`" in done.stdout


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg", "post-merge"])
def test_a_remedy_is_for_the_hook_that_it_stands_beside(repository: Path, hook: str) -> None:
    named = f"`tierwise git-hooks install --hook {hook}"
    status = ("git-hooks", "status", "--hook", hook)
    install = ("git-hooks", "install", "--hook", hook)
    assert f"{named}`".encode() in tierwise(repository, *status).stdout
    tierwise(repository, *install)
    script = repository / ".git" / "hooks" / hook
    script.chmod(0o644)
    assert f"{named}`".encode() in tierwise(repository, *status).stdout
    with script.open("a") as file:
        file.write("echo mine\n")
    assert f"{named} --force`".encode() in tierwise(repository, *install).stdout

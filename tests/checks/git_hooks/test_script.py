"""Hooks that are installed, on a machine where the interpreter or Tierwise itself has moved."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests.support.git_hooks import BAD, statuses
from tests.support.hooked import commit, git, run, stage

from tierwise.checks.git_hooks.manage import install, status
from tierwise.checks.git_hooks.script import is_edited, is_ours, recorded, render
from tierwise.checks.git_hooks.wanted import CHECKS, SYNC


def test_the_hook_runs_with_the_poor_path_of_a_graphical_client(root: Path) -> None:
    install(str(root), ["pre-commit"])
    stage(root, "a.py", BAD)
    done = commit(root, PATH="/usr/bin:/bin", HOME="/nonexistent")
    assert done.returncode == 1
    assert b"a.py:1" in done.stderr


def test_with_the_interpreter_moved_the_hook_finds_tierwise_and_says_what_to_do(
    root: Path, tmp_path: Path
) -> None:
    install(str(root), ["pre-commit"])
    path = root / ".git" / "hooks" / "pre-commit"
    gone = path.read_bytes().replace(os.fsencode(sys.executable), b"/gone/python")
    path.write_bytes(gone)
    command = tmp_path / ".local" / "bin" / "tierwise-hook"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\n[ "$1" = --help ] && exit\necho "found $*" >&2\nexit 3\n')
    command.chmod(0o755)
    stage(root, "a.txt", "x\n")
    done = commit(root, PATH="/usr/bin:/bin", HOME=str(tmp_path))
    assert done.returncode == 1
    assert b"/gone/python has moved" in done.stderr
    assert b"tierwise git-hooks install" in done.stderr
    assert b"found pre-commit" in done.stderr


def test_with_tierwise_gone_the_commit_goes_on_and_one_line_says_so(root: Path) -> None:
    install(str(root), ["pre-commit"])
    path = root / ".git" / "hooks" / "pre-commit"
    path.write_bytes(path.read_bytes().replace(os.fsencode(sys.executable), b"/gone/python"))
    stage(root, "a.py", BAD)
    done = commit(root, PATH="/usr/bin:/bin", HOME="/nonexistent")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(b"tierwise: not found")
    assert b"git-hooks install" in line


def test_a_command_whose_own_interpreter_has_moved_too_does_not_block_the_commit(
    root: Path, tmp_path: Path
) -> None:
    install(str(root), ["pre-commit"])
    path = root / ".git" / "hooks" / "pre-commit"
    path.write_bytes(path.read_bytes().replace(os.fsencode(sys.executable), b"/gone/python"))
    command = tmp_path / ".local" / "bin" / "tierwise-hook"
    command.parent.mkdir(parents=True)
    command.write_text("#!/gone/python\n")
    command.chmod(0o755)
    stage(root, "a.py", BAD)
    done = commit(root, PATH="/usr/bin:/bin", HOME=str(tmp_path))
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(b"tierwise: not found")


def test_status_tells_a_hook_whose_interpreter_has_gone(root: Path) -> None:
    install(str(root), ["pre-commit"])
    path = root / ".git" / "hooks" / "pre-commit"
    script = path.read_bytes().replace(os.fsencode(sys.executable), b"/gone/python")
    assert recorded(script)[0] == "/gone/python"
    assert is_edited(script)
    path.chmod(0o644)
    (state,) = status(str(root), ["pre-commit"])
    assert state.status == "outdated"
    assert statuses(install(str(root), ["pre-commit"])) == {"pre-commit": "updated"}
    assert os.access(path, os.X_OK)


@pytest.mark.parametrize("portable", [True, False])
def test_a_hook_starts_nothing_of_the_clone(root: Path, tmp_path: Path, portable: bool) -> None:
    trace = tmp_path / "ran"
    for folder in ("", ".venv/bin", "venv/bin", ".venv/Scripts", "tools"):
        command = root / folder / "tierwise-hook"
        command.parent.mkdir(parents=True, exist_ok=True)
        command.write_text(f"#!/bin/sh\ntouch {trace}\n")
        command.chmod(0o755)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--no-verify", "-m", "feat: x")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in CHECKS + SYNC:
        script = render(hook, portable=portable)
        (hooks / hook).write_bytes(script.replace(os.fsencode(sys.executable), b"/gone/python"))
        (hooks / hook).chmod(0o755)
    clone = tmp_path / "clone"
    linked = tmp_path / "linked"
    linked.symlink_to(clone / "tools")
    path = f".:.venv/bin::{clone}/tools:{clone}/.venv/bin:{linked}:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": "/nonexistent"}
    done = git(
        tmp_path,
        "clone",
        "-q",
        "-c",
        f"core.hooksPath={hooks}",
        str(root),
        str(clone),
        **environment,
    )
    assert done.returncode == 0
    (clone / "a.txt").write_text("x\n")
    git(clone, "add", "-A")
    assert commit(clone, **environment).returncode == 0
    assert not trace.exists()


@pytest.mark.parametrize("hook", CHECKS + SYNC)
def test_a_rendered_script_is_ours_unedited_and_sound_shell(hook: str, tmp_path: Path) -> None:
    script = render(hook)
    assert is_ours(script)
    assert not is_edited(script)
    assert b"@" not in script.replace(b'"$@"', b"")
    path = tmp_path / "hook"
    path.write_bytes(script)
    assert run(tmp_path, "sh", "-n", str(path)).returncode == 0

"""The launcher of one user: who is noted, who is started, and what a repository cannot bring."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise import bundle
from tierwise.cli import run
from tierwise.user_folders import find_data_folder
from tierwise.user_launcher import (
    launcher_path,
    read_candidates,
    usable_candidates,
    write_launcher,
)

OWN = (sys.executable, bundle.path("hooks", "run.py"))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the hook is a script for sh")


@pytest.fixture
def user(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has never used Tierwise, with no program of it on PATH."""
    return {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}


@pytest.fixture
def hook(tmp_path: Path) -> Path:
    """The launcher script in a repository."""
    repository = make_repository(tmp_path / "project")
    script = repository / ".tierwise" / "hook"
    script.parent.mkdir()
    script.write_bytes(bundle.read_bytes("templates", "hook.sh"))
    return script


def start(hook: Path, event: str, env: dict[str, str]) -> str:
    """What the hook prints for an event; it never fails and never says anything on standard error."""
    call = ["sh", str(hook), event]
    done = subprocess.run(
        call, cwd=hook.parents[1], env=env, input="{}", capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def program(path: Path, says: str) -> Path:
    """A program that prints one word, its arguments and its standard input."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho {says} "$@"; cat\n')
    path.chmod(0o755)
    return path


def note(env: dict[str, str], *candidates: tuple[object, object]) -> None:
    path = Path(launcher_path(env))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{python}\t{shim}\n" for python, shim in candidates))


def test_it_is_written_for_the_user_alone_and_once(user: dict[str, str]) -> None:
    assert write_launcher(user)
    assert not write_launcher(user)
    assert read_candidates(user) == [OWN]
    assert stat.S_IMODE(os.stat(find_data_folder(user)).st_mode) == 0o700


def test_the_newest_stands_first_and_others_stay_for_the_container(user: dict[str, str]) -> None:
    note(user, ("/gone/python", "/gone/run.py"), OWN)
    assert not write_launcher(user)  # the first that is here is this one already
    other = (sys.executable, __file__)
    note(user, ("/gone/python", "/gone/run.py"), other)
    assert write_launcher(user)
    assert read_candidates(user) == [OWN, ("/gone/python", "/gone/run.py"), other]
    assert usable_candidates(user) == [OWN, other]


@pytest.mark.parametrize(
    "line", ["python\trun.py", "/only/one", "\t", "/a\t/b\t/c", "./python\t/x"]
)
def test_a_line_that_names_no_absolute_pair_is_left_out(line: str, user: dict[str, str]) -> None:
    note(user)
    Path(launcher_path(user)).write_text(f"{line}\n")
    assert read_candidates(user) == []


def test_a_relative_data_home_is_not_followed(user: dict[str, str]) -> None:
    assert find_data_folder({**user, "XDG_DATA_HOME": "here"}).startswith(user["HOME"])


def test_the_first_candidate_that_is_here_gets_the_event(
    hook: Path, user: dict[str, str], tmp_path: Path
) -> None:
    python, shim = program(tmp_path / "a b" / "python", "started"), tmp_path / "run.py"
    shim.write_text("")
    note(user, ("/gone/python", shim), ("python3", shim), (python, shim), OWN)
    assert start(hook, "PreToolUse", user) == f"started -I -S {shim} PreToolUse\n{{}}"


def test_xdg_and_platform_folders_are_found(
    hook: Path, user: dict[str, str], tmp_path: Path
) -> None:
    python, shim = program(tmp_path / "python", "started"), tmp_path / "run.py"
    shim.write_text("")
    elsewhere = {**user, "XDG_DATA_HOME": str(tmp_path / "data")}
    note(elsewhere, (python, shim))
    assert start(hook, "Stop", elsewhere).startswith("started")
    mac = tmp_path / "home" / "Library" / "Application Support" / "tierwise" / "launcher"
    mac.parent.mkdir(parents=True)
    mac.write_text(f"{python}\t{shim}\n")
    assert start(hook, "Stop", user).startswith("started")


def test_a_command_on_path_is_started_unless_the_repository_brings_it(
    hook: Path, user: dict[str, str], tmp_path: Path
) -> None:
    root = hook.parents[1]
    program(root / "bin" / "tierwise-hook", "theirs")
    (tmp_path / "link").symlink_to(root / "bin")
    for folder in ("bin", ".", "", str(root / "bin"), str(tmp_path / "link")):
        assert start(hook, "PreToolUse", {**user, "PATH": f"{folder}:/usr/bin:/bin"}) == ""
    program(tmp_path / "good" / "tierwise-hook", "ours")
    path = f"{root / 'bin'}:{tmp_path / 'good'}:/usr/bin:/bin"
    assert start(hook, "PreToolUse", {**user, "PATH": path}).startswith("ours PreToolUse")


def test_nothing_in_the_repository_names_an_interpreter(
    hook: Path, user: dict[str, str], tmp_path: Path
) -> None:
    python = program(tmp_path / "python", "started")
    local = hook.parent / "local" / "launcher"
    local.parent.mkdir()
    local.write_text(f"{python}\n{python}\n")
    assert start(hook, "PreToolUse", user) == ""


def test_where_nothing_is_found_a_session_s_start_says_so_once(
    hook: Path, user: dict[str, str]
) -> None:
    said = json.loads(start(hook, "SessionStart", user))
    assert "tierwise install" in said["systemMessage"]
    for event in ("PreToolUse", "SubagentStop", "UserPromptSubmit"):
        assert start(hook, event, user) == ""


@pytest.mark.slow
def test_a_fresh_clone_and_a_work_tree_are_routed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_repository(tmp_path / "first")
    monkeypatch.chdir(first)
    assert run(["install", "--no-git-hooks"]) == 0
    git(first, "add", "-A")
    git(first, "commit", "-qm", "feat: routing")
    git(tmp_path, "clone", "-q", str(first), str(tmp_path / "clone"))
    git(first, "worktree", "add", "-q", str(tmp_path / "tree"), "-b", "other")
    event = {
        "hook_event_name": "PreToolUse",
        "tool_name": "Agent",
        "tool_use_id": "t",
        "tool_input": {"subagent_type": "Explore", "description": "d", "prompt": "find it"},
    }
    for root in (tmp_path / "clone", tmp_path / "tree"):
        call = ["sh", str(root / ".tierwise/hook"), "PreToolUse"]
        environment = {
            "HOME": str(tmp_path),
            "PATH": "/usr/bin:/bin",
            "XDG_DATA_HOME": os.environ["XDG_DATA_HOME"],
            "CLAUDE_PROJECT_DIR": str(root),
        }
        done = subprocess.run(
            call, input=json.dumps(event).encode(), env=environment, capture_output=True, check=True
        )
        answer = json.loads(done.stdout)["hookSpecificOutput"]["updatedInput"]
        assert answer["model"] == "haiku"

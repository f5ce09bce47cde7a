"""Unlucky moments in an honest, trusted repository: what somebody else's branch or submodule brings starts nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.hook import run_shim
from tests.support.limited import measure_tierwise
from tests.support.repository import git, git_environment, make_repository
from tests.support.trap import make_trap, trap_policy

HONEST = "version: 1\nchecks: {commands: {own: {run: 'true'}}}\n"


class Place:
    """An honest repository with Tierwise, its hooks and its powers allowed, and what its person's processes see."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.sprung = top / "sprung"
        self.root = make_repository(top / "honest", {"tierwise.yaml": HONEST})
        self.environment = {
            **{key: value for key, value in git_environment().items() if "GIT" in key},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(top / "home"),
        }
        self.run_tierwise("install", "--force")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-qm", "feat: begin")

    def run(self, *call: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            call, cwd=folder or self.root, env=self.environment, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip

    def run_tierwise(self, *arguments: str, folder: Path | None = None) -> None:
        """Run a command, which ends without a traceback; test_clone.py has its real starts."""
        done = measure_tierwise([*arguments], folder or self.root, self.environment)
        assert b"Traceback" not in done.said

    def add_bad_branch(self) -> None:
        """Another person's branch, made without our hooks."""
        clone = self.top / "theirs"
        git(self.top, "clone", "-q", str(self.root), "theirs")
        git(clone, "checkout", "-qb", "bad")
        (clone / "tierwise.yaml").write_text(trap_policy(f"touch {self.sprung}"))
        for name in ("table.json", "launcher", "stale.json"):
            path = clone / ".tierwise" / "local" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text((clone / ".tierwise" / "table.json").read_text())
        for name in (".venv/bin/tierwise-hook", ".venv/bin/python", "tierwise-hook", "git"):
            path = clone / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/sh\ntouch {self.sprung}\n")
            path.chmod(0o755)
        (clone / "sitecustomize.py").write_text(f"open({str(self.sprung)!r}, 'w')\n")
        git(clone, "add", "-Af")
        git(clone, "commit", "-qm", "feat: bad")
        git(self.root, "fetch", "-q", str(clone), "bad:bad")

    def hold_session(self, folder: Path) -> None:
        """A session in a folder with an agent that changes a file."""
        call = {"description": "d", "prompt": "fix it", "subagent_type": "general-purpose"}
        for name in ("SessionStart", "PreToolUse", "SubagentStart", "SubagentStop"):
            data = {
                "hook_event_name": name, "session_id": "s", "prompt_id": "p", "cwd": str(folder), "source": "startup",
                "tool_name": "Agent", "tool_use_id": "t", "tool_input": call, "agent_id": "a",
                "agent_type": "general-purpose", "prompt": "fix it",
            }  # fmt: skip
            variables = {**self.environment, "CLAUDE_PROJECT_DIR": str(folder)}
            done = run_shim(name, json.dumps(data).encode(), variables)
            assert (done.returncode, done.stderr) == (0, b"")
            (folder / "app.py").write_text(f"a = {name!r}\n")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def check_out(place: Place) -> Path:
    place.run("git", "checkout", "-q", "bad")
    return place.root


def merge(place: Place) -> Path:
    place.run("git", "merge", "-q", "--no-ff", "-m", "feat: merge", "bad")
    return place.root


def add_worktree(place: Place) -> Path:
    place.run("git", "worktree", "add", "-q", str(place.top / "tree"), "bad")
    return place.top / "tree"


@pytest.mark.slow
@pytest.mark.parametrize("moment", [check_out, merge, add_worktree])
def test_a_branch_that_changes_the_powers_starts_nothing(
    moment: Callable[[Place], Path], place: Place
) -> None:
    place.add_bad_branch()
    folder = moment(place)
    assert str(place.sprung) in (folder / "tierwise.yaml").read_text()
    place.hold_session(folder)
    place.run("git", "add", "app.py", folder=folder)
    done = place.run("git", "commit", "-m", "feat: y", folder=folder)
    assert "Traceback" not in done.stderr
    for name in ("smoke", "gate"):
        place.run_tierwise(name, folder=folder)
    assert not place.sprung.exists()


@pytest.mark.slow
def test_a_submodule_starts_nothing(place: Place) -> None:
    outside = place.top / "outside"
    outside.mkdir()
    (outside / "precious").write_text("precious\n")
    make_trap(place.top / "origin", place.sprung, outside)
    add = ["submodule", "add", "-q", str(place.top / "origin"), "below"]
    git(place.root, "-c", "protocol.file.allow=always", *add)
    folder = place.root / "below"
    place.hold_session(folder)
    for call in (["git", "add", "app.py"], ["git", "commit", "-m", "feat: y"]):
        place.run(*call, folder=folder)
    for name in ("sync", "smoke", "install"):
        place.run_tierwise(name, folder=folder)
    place.run("git", "commit", "-am", "feat: z")
    assert not place.sprung.exists()
    assert (outside / "precious").read_text() == "precious\n"

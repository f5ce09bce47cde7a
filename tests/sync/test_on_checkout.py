"""``sync: on-checkout``: git's own hooks and a session's start keep the files in step, without a watcher."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.hook import event, rows, run_shim
from tests.support.policies import status, synced, write_policy
from tests.support.repository import git, git_environment

from tierwise import bundle
from tierwise.checks.git_hooks.manage import install
from tierwise.checks.git_hooks.wanted import hooks_for
from tierwise.domain.table import load_shared
from tierwise.sync.repository import plan_sync
from tierwise.user_launcher import write_launcher

pytestmark = pytest.mark.slow

ON = "sync: on-checkout\n"
HIGH = ON + "tiers: {light: {effort: high}}\n"
AGENT = ".claude/agents/explorer.md"
START = {"PATH": os.defpath}


def run(folder: Path, *arguments: str) -> str:
    """Run git and give what its hooks said."""
    call = ["git", *arguments]
    done = subprocess.run(
        call, cwd=folder, env=git_environment(), check=True, capture_output=True, encoding="utf-8"
    )
    return done.stderr


def in_sync(root: Path) -> bool:
    return plan_sync(str(root)).drift == ()


@pytest.fixture
def branches(repository: Path) -> Path:
    """On ``main`` all is in sync; ``other`` has an edited policy whose files nobody has generated."""
    synced(repository, ON)
    install(str(repository), hooks_for(load_shared(str(repository))))
    git(repository, "add", ".")
    git(repository, "commit", "-qnm", "chore: policy")
    git(repository, "switch", "-qc", "other")
    write_policy(repository, HIGH)
    git(repository, "commit", "-qanm", "chore: edit")
    git(repository, "switch", "-q", "main")
    git(repository, "reset", "-q", "--hard")
    assert in_sync(repository)
    return repository


def test_a_branch_switch_brings_the_files_up_to_its_policy(branches: Path) -> None:
    said = run(branches, "switch", "-q", "other")
    assert "tierwise: synced" in said
    assert in_sync(branches)


def test_a_switch_that_changes_nothing_says_nothing(branches: Path) -> None:
    git(branches, "switch", "-qc", "third")
    assert run(branches, "switch", "-q", "main") == ""
    assert git(branches, "status", "--porcelain") == ""


def test_a_merge_does_the_same(branches: Path) -> None:
    assert "tierwise: synced" in run(branches, "merge", "-q", "--no-edit", "other")
    assert in_sync(branches)


def test_a_checkout_of_single_files_does_nothing(branches: Path) -> None:
    assert run(branches, "checkout", "-q", "other", "--", "tierwise.yaml") == ""
    assert not in_sync(branches)


def test_a_rebase_is_not_stopped_by_files_that_change_under_it(branches: Path) -> None:
    git(branches, "switch", "-qc", "feature", "main")
    (branches / "new.txt").write_text("new\n")
    git(branches, "add", "new.txt")
    git(branches, "commit", "-qnm", "feat: new")
    run(branches, "rebase", "-q", "other")
    assert (branches / "new.txt").exists()
    assert git(branches, "log", "--format=%s", "-2").split("\n")[:2] == ["feat: new", "chore: edit"]


def test_hand_edits_and_deletions_stay_and_are_named(branches: Path) -> None:
    git(branches, "switch", "-q", "--discard-changes", "other")
    git(branches, "reset", "-q", "--hard")
    (branches / AGENT).write_bytes(b"mine\n")
    (branches / "ROUTING.md").unlink()
    said = run(branches, "switch", "-qc", "mine")
    assert f"{AGENT} is edited" in said
    assert status(plan_sync(str(branches))) == {AGENT: "edited", "ROUTING.md": "missing"}
    assert (branches / AGENT).read_bytes() == b"mine\n"


def test_a_broken_policy_is_said_and_git_goes_on(branches: Path) -> None:
    git(branches, "switch", "-qc", "broken")
    write_policy(branches, ON + "mode: [")
    git(branches, "commit", "-qanm", "chore: broken")
    git(branches, "switch", "-q", "main")
    agent = (branches / AGENT).read_bytes()
    assert "tierwise: not synced: tierwise.yaml:" in run(branches, "switch", "-q", "broken")
    assert (branches / AGENT).read_bytes() == agent


def test_nothing_happens_where_the_policy_does_not_ask_for_it(branches: Path) -> None:
    git(branches, "switch", "-qc", "manual")
    synced(branches, "")
    git(branches, "commit", "-qanm", "chore: manual")
    write_policy(branches, "tiers: {light: {effort: high}}\n")
    assert run(branches, "switch", "-qc", "more") == ""
    assert not in_sync(branches)


def test_an_interpreter_without_dependencies_takes_that_of_the_launcher(
    branches: Path, tmp_path: Path
) -> None:
    """As with the plugin, which runs on whatever ``python3`` is."""
    bare = tmp_path / "bare"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    write_launcher(os.environ)
    write_policy(branches, HIGH)
    hook = Path(bundle.__file__).with_name("hook_main.py")
    program = (
        f"import sys; sys.executable = {str(bare)!r}; sys.argv = ['', 'post-merge']; import runpy; "
    )
    program += f"sys.path.insert(0, {str(hook.parents[1])!r}); runpy.run_path({str(hook)!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=branches, capture_output=True, text=True, check=True
    )
    assert "tierwise: synced" in done.stderr
    assert in_sync(branches)


def test_a_module_of_the_user_s_with_our_name_is_not_imported(branches: Path) -> None:
    (branches / "yaml.py").write_text("raise SystemExit('the wrong module')\n")
    assert "tierwise: synced" in run(branches, "switch", "-q", "other")


@pytest.mark.skipif(sys.platform == "win32", reason="a session's start starts nothing there")
def test_a_session_s_start_syncs_in_the_background(branches: Path) -> None:
    write_policy(branches, HIGH)
    started = run_shim(
        "SessionStart",
        json.dumps(event("SessionStart", branches, source="startup")).encode(),
        START | {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]},
    )
    assert started.returncode == 0
    end = time.monotonic() + 120
    while not in_sync(branches):
        assert time.monotonic() < end, "never synced"
        time.sleep(0.1)
    assert rows(branches, "session")


def test_a_session_s_start_without_it_leaves_the_files(repository: Path) -> None:
    synced(repository)
    write_policy(repository, "tiers: {light: {effort: high}}\n")
    said = run_shim(
        "SessionStart",
        json.dumps(event("SessionStart", repository, source="startup")).encode(),
        START,
    )
    assert b"run `tierwise sync`" in said.stdout
    assert not in_sync(repository)

"""Beside the real hook managers: pre-commit and lefthook come with the test extra, husky is fetched by npm."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hooked import HOOK_MAIN, commit, git, run, stage

from tierwise.checks.git_hooks.manage import install, status, uninstall

pytestmark = pytest.mark.slow

BAD = "x = (\n"
PATH = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
needs_pre_commit = pytest.mark.skipif(
    importlib.util.find_spec("pre_commit") is None,
    reason="the pre-commit framework is not installed",
)


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not shutil.which(program, path=PATH), reason=f"{program} is not on PATH"
    )


@pytest.fixture
def tools(tmp_path: Path) -> str:
    """A PATH on which ``tierwise-hook`` is this very package."""
    command = tmp_path / "bin" / "tierwise-hook"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{HOOK_MAIN}" "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}{os.pathsep}{PATH}"


def faulty_commit_is_stopped_once(root: Path, path: str, **environment: str) -> None:
    stage(root, "a.py", BAD)
    done = commit(root, PATH=path, **environment)
    assert done.returncode == 1
    assert (done.stdout + done.stderr).count(b"a.py:1:5: Python:") == 1
    stage(root, "a.py", "x = 1\n")
    done = commit(root, PATH=path, **environment)
    assert done.returncode == 0, done.stderr


@needs_pre_commit
def test_pre_commit_runs_the_entry_that_we_offer(root: Path, tmp_path: Path, tools: str) -> None:
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    config = root / ".pre-commit-config.yaml"
    config.write_text("repos:\n")
    done = run(root, sys.executable, "-m", "pre_commit", "install", **cache)
    assert done.returncode == 0, done.stderr
    (offer,) = install(str(root), ["pre-commit"])
    assert offer.status == "offered"
    with config.open("a") as text:
        text.write(offer.entry)
    git(root, "add", "-A")
    assert status(str(root), ["pre-commit"])[0].status == "configured"
    faulty_commit_is_stopped_once(root, tools, **cache)


@needs_pre_commit
def test_pre_commit_installed_after_us_runs_us_and_both_go_without_a_trace(
    root: Path, tmp_path: Path
) -> None:
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    hooks = root / ".git" / "hooks"
    before = sorted(path.name for path in hooks.iterdir())
    install(str(root), ["pre-commit"])
    stage(root, ".pre-commit-config.yaml", "repos: []\n")
    assert run(root, sys.executable, "-m", "pre_commit", "install", **cache).returncode == 0
    assert (hooks / "pre-commit.legacy").exists()
    faulty_commit_is_stopped_once(root, PATH, **cache)
    uninstall(str(root))
    assert run(root, sys.executable, "-m", "pre_commit", "uninstall", **cache).returncode == 0
    assert sorted(path.name for path in hooks.iterdir()) == before


@needs_pre_commit
def test_a_commit_msg_entry_that_pre_commit_was_not_told_to_install_does_not_count(
    root: Path, tmp_path: Path
) -> None:
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    config = root / ".pre-commit-config.yaml"
    config.write_text("repos:\n")
    (offer,) = install(str(root), ["commit-msg"])
    config.write_text(f"repos:\n{offer.entry}")
    pre_commit = (sys.executable, "-m", "pre_commit")
    assert run(root, *pre_commit, "install", **cache).returncode == 0
    (state,) = status(str(root), ["commit-msg"])
    assert state.status == "idle"
    assert "`pre-commit install --hook-type commit-msg`" in state.note
    assert run(root, *pre_commit, "install", "--hook-type", "commit-msg", **cache).returncode == 0
    assert status(str(root), ["commit-msg"])[0].status == "configured"


@needs("lefthook")
def test_lefthook_runs_the_entry_that_we_offer(root: Path, tools: str) -> None:
    (root / "lefthook.yml").write_text("")
    (offer,) = install(str(root), ["pre-commit"])
    assert offer.config == "lefthook.yml"
    (root / "lefthook.yml").write_text(offer.entry)
    done = run(root, "lefthook", "install", PATH=tools)
    assert done.returncode == 0, done.stderr
    assert status(str(root), ["pre-commit"])[0].status == "configured"
    faulty_commit_is_stopped_once(root, tools)


@pytest.fixture
def husky(tmp_path: Path) -> str:
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm, which would fetch husky, is not installed")
    call = [
        npm,
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--prefix",
        str(tmp_path / "node"),
    ]
    done = subprocess.run([*call, "husky@9"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return str(tmp_path / "node/node_modules/.bin/husky")


def test_husky_runs_the_line_that_we_offer(root: Path, tools: str, husky: str) -> None:
    assert run(root, husky, PATH=tools).returncode == 0
    (offer,) = install(str(root), ["pre-commit"])
    assert (offer.status, offer.config) == ("offered", ".husky/pre-commit")
    (root / offer.config).write_text(offer.entry)
    assert status(str(root), ["pre-commit"])[0].status == "configured"
    faulty_commit_is_stopped_once(root, tools)


@pytest.fixture
def no_tierwise(tmp_path: Path) -> str:
    """A PATH with everything but Tierwise."""
    folder = tmp_path / "without"
    folder.mkdir()
    for program in (
        "git",
        "sh",
        "bash",
        "lefthook",
        "pre-commit",
        "node",
        "python3",
        "env",
        "dirname",
        "basename",
        "uname",
    ):
        found = shutil.which(program, path=PATH)
        if found:
            (folder / program).symlink_to(
                os.path.realpath(found) if program != "pre-commit" else found
            )
    return str(folder)


@needs_pre_commit
def test_the_entry_for_pre_commit_passes_with_a_warning_where_tierwise_is_missing(
    root: Path, tmp_path: Path, no_tierwise: str
) -> None:
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    config = root / ".pre-commit-config.yaml"
    config.write_text("repos:\n")
    assert run(root, sys.executable, "-m", "pre_commit", "install", **cache).returncode == 0
    (offer,) = install(str(root), ["pre-commit"])
    config.write_text(f"repos:\n{offer.entry}")
    stage(root, "a.py", BAD)
    git(root, "add", "-A")
    done = commit(root, PATH=no_tierwise, **cache)
    assert done.returncode == 0, done.stderr + done.stdout
    assert b"tierwise: not found, so pre-commit checked nothing" in done.stderr + done.stdout


@needs("lefthook")
def test_the_entry_for_lefthook_passes_with_a_warning_where_tierwise_is_missing(
    root: Path, tools: str, no_tierwise: str
) -> None:
    (root / "lefthook.yml").write_text("")
    (offer,) = install(str(root), ["pre-commit"])
    (root / "lefthook.yml").write_text(offer.entry)
    assert run(root, "lefthook", "install", PATH=tools).returncode == 0
    stage(root, "a.py", BAD)
    done = commit(root, PATH=no_tierwise)
    assert done.returncode == 0, done.stderr
    assert b"tierwise: not found" in done.stderr + done.stdout


@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg"])
def test_the_line_for_husky_passes_with_a_warning_where_tierwise_is_missing(
    root: Path, tools: str, no_tierwise: str, hook: str
) -> None:
    (root / ".husky").mkdir()
    (offer,) = install(str(root), [hook])
    assert offer.config == f".husky/{hook}"
    (root / "message").write_text("feat: x\n")
    stage(root, "a.py", BAD)
    call = ["sh", "-e", "-c", offer.entry, "husky", "message"]
    done = run(root, *call, PATH=no_tierwise)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == f"tierwise: not found, so {hook} checked nothing\n".encode()
    assert run(root, *call, PATH=tools).returncode == (1 if hook == "pre-commit" else 0)

"""Every file of ours that a repository may bring, as something that it should not be: nothing outside changes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from tests.support.hook import event
from tests.support.limited import MEGABYTES, measure_tierwise, run_measured
from tests.support.repository import git_environment, make_repository

from tierwise import bundle

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFO and no devices")
FILES = (
    "tierwise.yaml",
    ".tierwise/table.json",
    ".tierwise/state.json",
    ".tierwise/hook",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".tierwise/local/ledger.jsonl",
    ".tierwise/local/table.json",
    ".tierwise/local/stale.json",
    ".tierwise/local/journal.json",
)
TABLES = (
    "tierwise.yaml",
    ".tierwise/table.json",
    ".tierwise/local/table.json",
    ".tierwise/local/stale.json",
)
"""What a hook touches that finds no table and compiles the policy: beside the other files one is there."""

KINDS = ("link", "dangling link", "link into .git", "fifo", "folder", "zeros", "deep")
DEPTH = 100_000


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "precious").write_text("precious\n")
    return folder


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The compiled policy."""
    root = make_repository(tmp_path_factory.mktemp("compiled") / "repository")
    (root / "tierwise.yaml").write_text("version: 1\n")
    environment = make_environment(root.parent)
    assert measure_tierwise(["sync"], root, environment).code == 0
    return (root / ".tierwise" / "table.json").read_bytes()


def make_environment(top: Path) -> dict[str, str]:
    """The environment of a person whose home is below ``top``."""
    kept = {key: value for key, value in git_environment().items() if "GIT" in key or key == "PATH"}
    return {**kept, "HOME": str(top / "home")}


def put(path: Path, kind: str, outside: Path) -> None:
    """Let a file of ours be something else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "deep":
        path.write_text("[" * DEPTH + "]" * DEPTH)
    else:
        targets = {
            "link": outside / "precious",
            "dangling link": outside / "new",
            "link into .git": outside.parent / "repository" / ".git" / "new",
            "zeros": "/dev/zero",
        }
        path.symlink_to(targets[kind])


def take_stock(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FILES)
def test_no_file_of_ours_leads_out_waits_or_grows(
    name: str, kind: str, repository: Path, outside: Path, tmp_path: Path, table: bytes
) -> None:
    if name != "tierwise.yaml":
        (repository / "tierwise.yaml").write_text("version: 1\n")
    if name not in TABLES:
        (repository / ".tierwise").mkdir()
        (repository / ".tierwise" / "table.json").write_bytes(table)
    put(repository / name, kind, outside)
    environment = make_environment(tmp_path)
    before = take_stock(outside)
    shim = [sys.executable, "-S", "-E", bundle.path("hooks", "run.py"), "PreToolUse"]
    call = {"description": "d", "prompt": "find it", "subagent_type": "Explore"}
    spawn = event("PreToolUse", repository, tool_name="Agent", tool_use_id="t", tool_input=call)
    answered = run_measured(shim, repository, environment, json.dumps(spawn).encode())
    synced = measure_tierwise(["sync"], repository, environment)
    assert answered.code == 0
    assert synced.code in (0, 1, 2)
    for done in (answered, synced):
        assert b"Traceback" not in done.said
        assert done.megabytes < MEGABYTES
    assert take_stock(outside) == before
    assert not (repository / ".git" / "new").exists()

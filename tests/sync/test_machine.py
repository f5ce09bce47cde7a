"""What is wired on one machine follows the shared settings; what the user has there stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.cli import run
from tierwise.domain.hook_line import LAUNCHER
from tierwise.sync.machine import PATH, wire_subfolders

MINE = {"hooks": [{"type": "http", "url": "http://127.0.0.1:4711/my/own"}]}


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    (repository / PATH).write_text(json.dumps({"model": "opus", "hooks": {"PreToolUse": [MINE]}}))
    return repository


def test_hooks_of_the_users_stay_beside_ours(root: Path) -> None:
    wire_subfolders(str(root))
    settings = json.loads((root / PATH).read_text())
    assert settings["model"] == "opus"
    assert settings["hooks"]["PreToolUse"][0] == MINE
    assert LAUNCHER in settings["hooks"]["PreToolUse"][1]["hooks"][0]["command"]


def test_uninstall_takes_ours_out_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    wire_subfolders(str(root))
    assert run(["uninstall"]) == 0
    left = json.loads((root / PATH).read_text())
    assert left == {"model": "opus", "hooks": {"PreToolUse": [MINE]}}

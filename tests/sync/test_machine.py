"""What early versions wired to one machine goes at the next sync; what the user has there stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.cli import run
from tierwise.domain.hook_line import LAUNCHER
from tierwise.sync.machine import PATH, wire_subfolders

ADDRESS = "http://127.0.0.1:4711/tierwise/hook/token/PreToolUse"
MINE = {"hooks": [{"type": "http", "url": "http://127.0.0.1:4711/my/own"}]}
OURS = {"matcher": "Agent", "hooks": [{"type": "http", "url": ADDRESS}]}


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    started = {"hooks": [{"type": "command", "command": f"sh {LAUNCHER} SessionStart"}]}
    hooks = {"PreToolUse": [MINE, OURS], "SessionStart": [started]}
    (repository / PATH).write_text(json.dumps({"model": "opus", "hooks": hooks}))
    return repository


def test_hooks_over_http_become_the_command(root: Path) -> None:
    wire_subfolders(str(root))
    text = (root / PATH).read_text()
    settings = json.loads(text)
    assert ADDRESS not in text
    assert settings["model"] == "opus"
    assert settings["hooks"]["PreToolUse"][0] == MINE
    assert LAUNCHER in settings["hooks"]["PreToolUse"][1]["hooks"][0]["command"]


def test_uninstall_takes_them_out_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    assert run(["uninstall"]) == 0
    left = json.loads((root / PATH).read_text())
    assert left == {"model": "opus", "hooks": {"PreToolUse": [MINE]}}

"""The plugin's hook falls silent only where the project's own wiring answers in its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hook import ask, event, rows
from tests.support.policies import synced

from tierwise.domain.hook_line import LAUNCHER, make_hook_line
from tierwise.user_launcher import write_launcher

NAME = "SubagentStart"
SETTINGS = ".claude/settings.json"


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    return repository


def is_silent(root: Path, environ: dict[str, str]) -> bool:
    data = event(NAME, root, agent_id="a", agent_type="general-purpose")
    ask(data, {**environ, "CLAUDE_PLUGIN_ROOT": "/plugin"})
    return rows(root, "start") == []


@pytest.fixture
def user(tmp_path: Path) -> dict[str, str]:
    environ = {"HOME": str(tmp_path / "home")}
    write_launcher(environ)
    return environ


def test_where_sync_has_wired_the_project_the_plugin_is_silent(
    root: Path, user: dict[str, str]
) -> None:
    assert is_silent(root, user)


def test_without_a_launcher_of_this_user_it_answers(root: Path, tmp_path: Path) -> None:
    assert not is_silent(root, {"HOME": str(tmp_path / "nobody")})


def test_a_launcher_file_that_is_not_ours_silences_nobody(root: Path, user: dict[str, str]) -> None:
    (root / LAUNCHER).write_text("#!/bin/sh\nexit 0\n")
    assert not is_silent(root, user)


@pytest.mark.parametrize(
    "settings",
    [
        {"hooks": {NAME: [{"hooks": [{"type": "command", "command": "true # .tierwise/hook"}]}]}},
        {"note": f"{make_hook_line(NAME)}"},
        {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": make_hook_line(NAME)}]}]}},
        {"hooks": {NAME: make_hook_line(NAME)}},
        {"hooks": [NAME, ".tierwise/hook"]},
    ],
)
def test_settings_that_only_speak_of_our_hook_silence_nobody(
    settings: dict[str, object], root: Path, user: dict[str, str]
) -> None:
    (root / SETTINGS).write_text(json.dumps(settings))
    assert not is_silent(root, user)


@pytest.mark.parametrize("data", [b"{.tierwise/hook", b"[" * 100_000 + b".tierwise/hook"])
def test_settings_that_do_not_parse_silence_nobody(
    data: bytes, root: Path, user: dict[str, str]
) -> None:
    (root / SETTINGS).write_bytes(data)
    assert not is_silent(root, user)

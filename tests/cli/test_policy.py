"""`tierwise policy show` and `policy edit`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy


@pytest.mark.slow
def test_a_policy_saved_in_the_editor_is_synced(installed: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "agents: {explorer: mid}\\n" >> "$1"\n')
    editor.chmod(0o755)
    done = tierwise(installed, "policy", "edit", VISUAL=str(editor), EDITOR=str(editor))
    assert done.returncode == 0, done.stderr
    assert b"model: sonnet" in (installed / ".claude/agents/explorer.md").read_bytes()


@pytest.mark.slow
def test_output_that_the_terminal_s_encoding_lacks_is_escaped_and_json_stays_json(
    installed: Path,
) -> None:
    write_policy(installed, "checks: {commands: {prüfen: {run: 'true'}}}\n")
    for arguments in (["policy", "show"], ["diff"], ["policy", "show", "--json"]):
        done = tierwise(installed, *arguments, PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
    assert "prüfen" in json.loads(done.stdout)["policy"]["checks"]["commands"]


@pytest.mark.slow
def test_an_editor_that_fails_is_named_with_the_way_out(installed: Path) -> None:
    done = tierwise(installed, "policy", "edit", VISUAL="false", EDITOR="false")
    assert done.returncode == 4
    assert "policy edit" in done.stderr and "Set VISUAL or EDITOR" in done.stderr

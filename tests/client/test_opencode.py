"""The real OpenCode client: the policy's model and effort in the request of a spawned agent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.support.opencode import CLIENT, spawn_one
from tests.support.policies import synced

NODE = os.path.dirname(shutil.which("node") or "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CLIENT.exists(), reason="OpenCode 1.18.33 is not installed"),
    pytest.mark.skipif(not NODE, reason="OpenCode starts with node"),
]


def test_a_role_runs_as_the_policy_says_and_follows_an_edit(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [opencode]\n")
    first = spawn_one(repository, tmp_path / "home", "debugger", NODE)
    assert first.spawned() == ("claude-opus-5-5", "high")
    # The release's own list of models, which it has without a network, lacks Sonnet 5.5.
    synced(repository, "targets: [opencode]\nagents: {debugger: {tier: frontier, effort: low}}\n")
    second = spawn_one(repository, tmp_path / "home", "debugger", NODE)
    assert second.spawned() == ("claude-opus-5-5", "low")


def test_the_users_own_role_with_comments_runs_there_too(repository: Path, tmp_path: Path) -> None:
    own = repository / ".opencode" / "agents" / "mine.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(
        b'---\r\n# ours\r\ndescription: "a: b"  # odd\r\nmode:   subagent\r\n---\r\nLook.\r\n'
    )
    synced(repository, "targets: [opencode]\nagents: {mine: {tier: frontier, effort: medium}}\n")
    session = spawn_one(repository, tmp_path / "home", "mine", NODE)
    assert session.spawned() == ("claude-opus-5-5", "medium")

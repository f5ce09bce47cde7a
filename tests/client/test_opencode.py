"""The real OpenCode client: the policy's model and effort in the request of a spawned agent."""

from __future__ import annotations

from pathlib import Path

from tests.support.opencode import spawn_role
from tests.support.policies import synced
from tests.support.tools import OPENCODE, make_stage, mark_client

pytestmark = mark_client(OPENCODE, "OpenCode 1.18.33")


def _spawn(repository: Path, home: Path, role: str) -> tuple[str, str] | None:
    home.mkdir(exist_ok=True)
    return spawn_role(OPENCODE, make_stage(repository, home), role)


def test_a_role_runs_as_the_policy_says_and_follows_an_edit(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [opencode]\n")
    home = tmp_path / "home"
    assert _spawn(repository, home, "debugger") == ("claude-opus-5-5", "high")
    # The release's own list of models, which it has without a network, lacks Sonnet 5.5.
    synced(repository, "targets: [opencode]\nagents: {debugger: {tier: frontier, effort: low}}\n")
    assert _spawn(repository, home, "debugger") == ("claude-opus-5-5", "low")


def test_the_users_own_role_with_comments_runs_there_too(repository: Path, tmp_path: Path) -> None:
    own = repository / ".opencode" / "agents" / "mine.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(
        b'---\r\n# ours\r\ndescription: "a: b"  # odd\r\nmode:   subagent\r\n---\r\nLook.\r\n'
    )
    synced(repository, "targets: [opencode]\nagents: {mine: {tier: frontier, effort: medium}}\n")
    assert _spawn(repository, tmp_path / "home", "mine") == ("claude-opus-5-5", "medium")

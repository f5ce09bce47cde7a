"""`tierwise uninstall`: what it takes out, what it keeps and names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import snapshot, write_policy

from tierwise import ledger


@pytest.mark.slow
def test_after_a_watcher_uninstall_leaves_nothing_behind(repository: Path) -> None:
    before = snapshot(repository)
    for command in (["install"], ["watch", "--once"], ["uninstall"]):
        assert tierwise(repository, *command).returncode == 0
    assert snapshot(repository) == before


@pytest.mark.slow
def test_uninstall_keeps_and_names_what_was_edited(installed: Path) -> None:
    agent = installed / ".claude/agents/planner.md"
    agent.write_bytes(agent.read_bytes() + b"mine\n")
    done = tierwise(installed, "uninstall")
    assert done.returncode == 1
    assert ".claude/agents/planner.md" in done.stdout
    assert agent.exists()
    assert not (installed / ".claude/agents/explorer.md").exists()


@pytest.mark.slow
def test_a_dry_uninstall_says_what_would_go_and_what_would_come_back(repository: Path) -> None:
    agents = repository / ".claude/agents"
    agents.mkdir(parents=True)
    (agents / "explorer.md").write_text("mine\n")
    assert tierwise(repository, "install", "--force").returncode == 0
    (agents / "debugger.md").write_text("edited\n")
    before = snapshot(repository)
    lines = tierwise(repository, "uninstall", "--dry-run").stdout.splitlines()
    assert "would restore .claude/agents/explorer.md" in lines
    assert "would remove .claude/agents/planner.md" in lines
    assert "would take out the git hooks pre-commit, commit-msg" in lines
    assert "edited   .claude/agents/debugger.md  edited by hand, so it stays" in lines
    assert snapshot(repository) == before


@pytest.mark.slow
def test_uninstall_names_what_stays_and_git_does_not_see_it(installed: Path) -> None:
    ledger.append(str(installed), {"row": "decision"})
    ledger.fingerprint(str(installed), "a task")
    done = tierwise(installed, "uninstall")
    assert "left in .tierwise/local, ignored by git: key, ledger.jsonl" in done.stdout
    seen = subprocess.run(
        ["git", "status", "--porcelain"], cwd=installed, capture_output=True, text=True, check=True
    )
    assert ".tierwise" not in seen.stdout


@pytest.mark.slow
def test_uninstall_says_that_trust_stays_and_how_it_is_taken_back(repository: Path) -> None:
    write_policy(repository, "gates: {use: [tests]}\nautomated: {lint: ruff check}\n")
    tierwise(repository, "install", "--yes")
    done = tierwise(repository, "uninstall")
    assert "`tierwise trust --revoke` takes that back" in done.stdout
    assert tierwise(repository, "trust", "--revoke").stdout == "No longer trusted.\n"
    tierwise(repository, "install", "--yes")
    tierwise(repository, "trust", "--revoke")
    assert "trust" not in tierwise(repository, "uninstall").stdout


def test_the_json_document_says_whether_trust_stays(repository: Path) -> None:
    write_policy(repository, "automated: {lint: ruff check}\n")
    assert '"trust_stays": false' in tierwise(repository, "uninstall", "--json", "--dry-run").stdout
    tierwise(repository, "trust")
    assert '"trust_stays": true' in tierwise(repository, "uninstall", "--json", "--dry-run").stdout

"""`tierwise sync`: which files it takes, and records and settings that are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy


@pytest.mark.slow
def test_what_is_adopted_is_named_once(installed: Path) -> None:
    (installed / ".claude/agents/planner.md").write_text("mine\n")
    assert tierwise(installed, "sync", "--adopt").stdout == "adopted .claude/agents/planner.md\n"
    assert tierwise(installed, "sync", "--adopt").stdout == ""


@pytest.mark.slow
def test_an_agent_of_yours_that_gets_its_tier_is_updated_and_not_new(installed: Path) -> None:
    own = installed / ".claude/agents/my-agent.md"
    own.write_text("---\nname: my-agent\n---\nmine\n")
    write_policy(installed, "agents: {my-agent: light}\n")
    assert (
        "my-agent.md  yours; the policy's lines are not in it yet"
        in tierwise(installed, "check").stdout
    )
    assert "updated .claude/agents/my-agent.md" in tierwise(installed, "sync").stdout
    assert "model: haiku" in own.read_text()
    write_policy(installed)
    assert (
        "my-agent.md  yours; the policy has no lines for it" in tierwise(installed, "check").stdout
    )
    assert "restored .claude/agents/my-agent.md" in tierwise(installed, "sync").stdout
    assert own.read_text() == "---\nname: my-agent\n---\nmine\n"


@pytest.mark.slow
def test_only_takes_a_path_from_the_root_or_from_the_current_folder(installed: Path) -> None:
    folder = installed / ".claude"
    for path in (
        ".claude/agents/explorer.md",
        "agents/explorer.md",
        str(folder / "agents/explorer.md"),
    ):
        (folder / "agents/explorer.md").write_bytes(b"edited\n")
        assert tierwise(folder, "sync", "--force", "--only", path).returncode == 0
    done = tierwise(folder, "sync", "--force", "--only", "agents/explore.md")
    assert done.returncode == 2
    assert 'did you mean ".claude/agents/explorer.md"?' in done.stderr


@pytest.mark.slow
def test_only_without_a_wish_is_a_wrong_call_even_where_nothing_is_to_do(installed: Path) -> None:
    assert tierwise(installed, "check").returncode == 0
    assert tierwise(installed, "sync", "--only", "tierwise.yaml").returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("record", ["[]", "{}", '{"files": 3}', '{"files": {"a": 5}}', "{bad"])
def test_a_damaged_record_is_one_clear_error(installed: Path, record: str) -> None:
    (installed / ".tierwise/state.json").write_text(record)
    for command in ("check", "status", "sync", "uninstall"):
        done = tierwise(installed, command)
        assert done.returncode == 2 and "git checkout -- .tierwise/state.json" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_settings_that_do_not_parse_are_named_with_what_to_do(installed: Path) -> None:
    (installed / ".claude/settings.json").write_text("{bad")
    done = tierwise(installed, "sync")
    assert done.returncode == 1
    assert "blocked  .claude/settings.json  is not usable JSON" in done.stdout
    assert done.stdout.rstrip().endswith("; fix it or move it away, then tierwise sync")

"""What a hook is told, and what it makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.claude_hooks import agent_file, fault_log
from tierwise.claude_hooks.event import client_version, find_repository, read_event
from tierwise.domain import client_facts


@pytest.mark.parametrize(
    ("mark", "version"),
    [
        ("claude-code_2-1-329_harness", "2.1.329"),
        ("claude-code_2-1-197", "2.1.197"),
        ("claude-code", ""),
        ("claude-code_next_x", ""),
        ("another-agent_1-2-3", ""),
        ("", ""),
    ],
)
def test_the_clients_version_is_read_from_its_mark(mark: str, version: str) -> None:
    assert client_version({"AI_AGENT": mark}) == version


def test_an_unknown_version_counts_as_new() -> None:
    assert client_facts.at_least("", client_facts.EFFORT_OF_A_CALL)
    assert client_facts.at_least("2.1.310", client_facts.EFFORT_OF_A_CALL)
    assert not client_facts.at_least("2.1.98", client_facts.EFFORT_OF_A_CALL)


def test_the_repository_is_the_projects_else_that_of_the_folder(tmp_path: Path) -> None:
    project, other = make_repository(tmp_path / "project"), make_repository(tmp_path / "other")
    (project / "deep" / "down").mkdir(parents=True)
    assert find_repository(
        str(other), {"CLAUDE_PROJECT_DIR": str(project / "deep" / "down")}
    ) == str(project)
    assert find_repository(str(other), {"CLAUDE_PROJECT_DIR": str(tmp_path / "gone")}) == str(other)
    assert find_repository(str(tmp_path), {}) is None


def test_fields_of_another_type_read_as_empty() -> None:
    event = read_event("PreToolUse", b'{"session_id": 7, "tool_input": [], "cwd": null}', {})
    assert (event.name, event.session_id, event.object("tool_input"), event.root) == (
        "PreToolUse",
        "",
        {},
        None,
    )
    assert not event.is_spawn


def test_the_log_of_faults_stays_small_and_keeps_the_newest(tmp_path: Path) -> None:
    for number in range(400):
        fault_log.note(str(tmp_path), "PreToolUse", ValueError(f"number {number} " + "x\n" * 500))
    assert Path(fault_log.path(str(tmp_path))).stat().st_size <= fault_log.SIZE + 1000
    lines = fault_log.lines(str(tmp_path))
    assert "number 399" in lines[-1]
    assert all("PreToolUse ValueError: number" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("---\nname: mine\nmodel: opus\n---\nmodel: haiku\n", "opus"),
        ('---\r\nmodel: "claude-opus-4-8"  # pinned\r\n---\r\n', "claude-opus-4-8"),
        ("---\nmodels: opus\n  model: haiku\n---\n", ""),
        ("model: opus\n", ""),
        ("", ""),
    ],
)
def test_the_model_of_an_agents_file_is_read_from_its_frontmatter(
    text: str, model: str, tmp_path: Path
) -> None:
    path = tmp_path / ".claude" / "agents" / "mine.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    assert agent_file.pinned_model(str(tmp_path), "mine") == model


@pytest.mark.parametrize("agent", ["", "../mine", "no-such", "plugin:mine", "a\x00b"])
def test_an_agent_without_a_file_of_the_project_pins_nothing(agent: str, tmp_path: Path) -> None:
    assert agent_file.pinned_model(str(tmp_path), agent) == ""


def put_agent(path: Path, name: str, model: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nname: {name}\nmodel: {model}\n---\n", encoding="utf-8")


def test_an_agent_is_found_by_its_name_wherever_its_file_lies(tmp_path: Path) -> None:
    root, home = tmp_path / "root", tmp_path / "home"
    put_agent(root / ".claude/agents/team/other.md", "code reviewer/security", "claude-a")
    put_agent(home / "agents/x.md", "of the user", "claude-b")
    put_agent(root / ".claude/agents/decoy.md", "somebody", "claude-c")

    def pinned(agent: str) -> str:
        return agent_file.pinned_model(str(root), agent, str(root), str(home))

    assert pinned("code reviewer/security") == "claude-a"
    assert pinned("of the user") == "claude-b"
    assert pinned("decoy") == "", "a file's name is no agent's name where it says another"


def test_of_several_agents_with_one_name_the_nearest_counts(tmp_path: Path) -> None:
    root, package = tmp_path / "root", tmp_path / "root/packages/web"
    for folder, model in ((root, "claude-root"), (package, "claude-near")):
        put_agent(folder / ".claude/agents/a.md", "a", model)
    assert agent_file.pinned_model(str(root), "a", str(package / "src")) == "claude-near"
    assert agent_file.pinned_model(str(root), "a", str(root)) == "claude-root"

"""What the router knows of a repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.policies import synced
from tests.support.repository import git

from tierwise import bundle
from tierwise.policy.repository import count_nouns, read_facts, settle_nouns
from tierwise.sync.repository import plan_sync

# The shipped agents that have no tool to write.
SHIPPED = [
    "build-checker",
    "build-planner",
    "code-reviewer",
    "commit-writer",
    "deep-auditor",
    "e2e-tester",
    "explorer",
    "integration-validator",
    "planner",
    "requirements-validator",
    "researcher",
    "security-reviewer",
]


def names(word: str, count: int) -> list[str]:
    return [f"src/{word}_{number}.py" for number in range(count)]


def test_a_word_of_many_file_names_is_a_noun() -> None:
    assert "sessi" in count_nouns([*names("session", 10), *names("other", 3)])
    assert "sessi" not in count_nouns([*names("session", 7), *names("other", 3)])


def test_names_are_read_in_parts() -> None:
    found = count_nouns([f"a{number}/TokenStream.rs" for number in range(9)])
    assert {"token", "strea"} <= {*found}


def test_what_always_guards_something_is_never_a_mere_noun() -> None:
    for word in ("auth", "password", "payments", "crypto", "permissions"):
        assert count_nouns(names(word, 50)) in ([], ["src"])


def test_nouns_stay_as_they_are_while_they_are_much_the_same() -> None:
    assert settle_nouns(["a", "b", "c", "e"], ["d", "c", "b", "a"]) == ["a", "b", "c", "e"]
    before = ["d", "c", "b", "a", "f"]
    assert settle_nouns(["a", "b", "c", "d", "f", "g"], before) == before


def test_an_agent_whose_tools_only_look_is_known(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "looker.md").write_text(
        "---\nname: looker\ntools: Read, Grep, WebFetch\n---\nLook.\n"
    )
    (folder / "shell.md").write_text("---\nname: shell\ntools: Read, Grep, Bash\n---\nRun.\n")
    (folder / "lister.md").write_text(
        "---\nname: lister\ntools:\n  - Read\n  - 'Grep'\nmodel: haiku\n---\n"
    )
    (folder / "listed.md").write_text("---\nname: listed\ntools:\n- Read\n- Edit\n---\nMake.\n")
    (folder / "server.md").write_text(
        "---\nname: server\ntools: Read, mcp__db__query\n---\nMake.\n"
    )
    (folder / "maker.md").write_text("---\nname: maker\ntools: [Read, Edit]\n---\nMake.\n")
    (folder / "heir.md").write_text("---\nname: heir\n---\nInherits all tools.\n")
    (folder / "broken.md").write_text("tools: Read\n")
    assert read_facts(str(tmp_path))["read_only"] == sorted([*SHIPPED, "lister", "looker"])


def test_a_folder_without_git_or_agents_has_no_facts(tmp_path: Path) -> None:
    assert read_facts(str(tmp_path)) == {"nouns": [], "read_only": SHIPPED}


def test_an_own_agent_comes_over_a_shipped_one_of_its_name(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "explorer.md").write_text("---\nname: explorer\ntools: Read, Edit\n---\nMake.\n")
    assert "explorer" not in read_facts(str(tmp_path))["read_only"]


def test_an_installed_copy_of_a_shipped_agent_stays_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    copy = Path(bundle.path("agents", "commit-writer.md")).read_text(encoding="utf-8")
    (folder / "commit-writer.md").write_text(copy, encoding="utf-8")
    assert read_facts(str(tmp_path))["read_only"] == SHIPPED


@pytest.mark.slow
def test_neither_an_install_nor_new_files_are_drift(repository: Path) -> None:
    synced(repository, "extends: balanced\n")
    assert plan_sync(str(repository)).drift == ()
    git(repository, "add", "-A")
    assert plan_sync(str(repository)).drift == (), "the generated files are no nouns"
    for number in range(20):
        (repository / f"session_{number}.py").touch()
    agent = repository / ".claude" / "agents" / "looker.md"
    agent.write_text("---\nname: looker\ndescription: d\ntools: Read\n---\nLook.\n")
    git(repository, "add", "-A")
    assert plan_sync(str(repository)).drift == ()
    synced(repository, "extends: balanced\nroutes: {docs: mid}\n")
    facts = json.loads((repository / ".tierwise/table.json").read_text())["repository"]
    assert "sessi" in facts["nouns"] and "looker" in facts["read_only"]

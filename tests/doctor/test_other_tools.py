"""Each other tool of the policy: its client, its role files, and what its user has been asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import synced
from tests.support.repository import git

from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.other_tools import check_other_tools
from tierwise.doctor.place import look


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / ".codex").mkdir(parents=True)
    return tmp_path / "home"


def _check(repository: Path, home: Path, **environ: str) -> list[Diagnosis]:
    return list(check_other_tools(look(str(repository), {"HOME": str(home), **environ})))


def _trust(home: Path, repository: Path) -> None:
    text = f'[projects."{repository}"]\ntrust_level = "trusted"\n'
    (home / ".codex" / "config.toml").write_text(text)


def test_a_policy_for_claude_code_alone_says_nothing(repository: Path, home: Path) -> None:
    synced(repository)
    assert _check(repository, home) == []


@pytest.mark.slow
def test_a_client_is_named_where_it_is_and_its_absence_is_no_fault(
    repository: Path, home: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [claude, opencode, cline]\n")
    program = tmp_path / "bin" / "opencode"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    there = _check(repository, home, PATH=str(program.parent))
    assert [(finding.check, finding.level) for finding in there] == [
        ("opencode", "ok"),
        ("cline", "ok"),
    ]
    assert str(program) in there[0].what
    (absent, _) = _check(repository, home, PATH="/nowhere")
    assert (absent.level, "not on PATH" in absent.what) == ("ok", True)


@pytest.mark.slow
def test_codex_has_to_be_told_to_trust_the_project(repository: Path, home: Path) -> None:
    synced(repository, "targets: [claude, codex]\n")
    asked = _check(repository, home, PATH="/nowhere")[-1]
    assert asked.level == "warn"
    assert "Start `codex` here once" in asked.remedy
    _trust(home, repository)
    assert {finding.level for finding in _check(repository, home, PATH="/nowhere")} == {"ok"}


def test_who_has_no_codex_is_not_told_to_start_it(repository: Path, tmp_path: Path) -> None:
    synced(repository, "targets: [claude, codex]\n")
    bare = tmp_path / "bare"
    assert [finding.level for finding in _check(repository, bare, PATH="/nowhere")] == ["ok"]


@pytest.mark.slow
def test_a_linked_work_tree_has_the_trust_of_the_main_one(
    repository: Path, home: Path, tmp_path: Path
) -> None:
    git(repository, "worktree", "add", "-q", "../linked", "-b", "side")
    linked = tmp_path / "linked"
    synced(linked, "targets: [claude, codex]\n")
    assert _check(linked, home, PATH="/nowhere")[-1].level == "warn"
    _trust(home, repository)
    assert _check(linked, home, PATH="/nowhere")[-1].level == "ok"


def test_codexs_own_folder_is_asked_where_it_is_named(
    repository: Path, home: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [claude, codex]\n")
    _trust(home, repository)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "config.toml").write_text("= broken")
    found = _check(repository, home, PATH="/nowhere", CODEX_HOME=str(elsewhere))[-1]
    assert (found.level, "not usable TOML" in found.what) == ("warn", True)


@pytest.mark.parametrize(
    ("target", "name", "content"),
    [
        ("codex", ".codex/agents/mine.toml", 'name = "mine'),
        ("opencode", ".opencode/agents/mine.md", "---\ndescription: [a\n---\nLook.\n"),
        ("gemini", ".gemini/agents/mine.md", "---\ndescription: [a\n---\nLook.\n"),
    ],
)
def test_a_role_that_its_tool_cannot_read_is_named(
    target: str, name: str, content: str, repository: Path, home: Path
) -> None:
    synced(repository, f"targets: [claude, {target}]\n")
    _trust(home, repository)
    (repository / name).write_text(content)
    (faulty,) = [f for f in _check(repository, home, PATH="/nowhere") if f.level == "warn"]
    assert faulty.check == target
    assert faulty.what.startswith(f"{name}: ")
    assert len(faulty.what.splitlines()) == 1


def test_a_broken_policy_is_another_checks_business(repository: Path, home: Path) -> None:
    (repository / "tierwise.yaml").write_text("version: [\n")
    assert _check(repository, home) == []

"""What is the owner's stays the owner's: files, pins and routes, beside what a preset says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.hook import ask, rows, spawn_event, written
from tests.support.policies import synced, write_policy
from tests.support.repository import git

from tierwise.cli import run
from tierwise.sync.repository import plan_sync

PINNED = "---\nname: {name}\ndescription: d\nmodel: {model}\n---\nDo it.\n"
TASK = {"description": "Review", "prompt": "Audit the authentication for race conditions"}


def own_agent(root: Path, name: str, model: str = "sonnet") -> Path:
    path = root / ".claude" / "agents" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PINNED.format(name=name, model=model))
    return path


@pytest.mark.slow
def test_a_foreign_file_is_no_drift_and_stays(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = own_agent(repository, "code-reviewer")
    before = mine.read_bytes()
    monkeypatch.chdir(repository)
    assert run(["install"]) == 0
    said = capsys.readouterr().out
    assert "Kept 1 of your files" in said
    assert "code-reviewer: sonnet -> sonnet (the agent's own file)" in said
    assert [run(["check"]), run(["sync"]), run(["check"])] == [0, 0, 0]
    assert plan_sync(str(repository)).drift == ()
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: routing")  # the hooks pass
    assert run(["install", "--force", "--only", str(mine)]) == 0
    assert mine.read_bytes() != before
    assert run(["uninstall"]) == 0
    assert mine.read_bytes() == before


@pytest.mark.parametrize("name", ["code-reviewer", "my-reviewer"])
def test_a_pin_of_the_owners_holds_against_wording_and_preset(name: str, repository: Path) -> None:
    own_agent(repository, name)
    synced(repository, "extends: balanced\n")
    assert ask(spawn_event(repository, subagent_type=name, **TASK)) == {}
    (row,) = rows(repository)
    assert (row["model"], row["tier"], row["wrote"]) == ("sonnet", "mid", {})
    assert row["rule"] == f"{name}.md"


def test_the_policy_may_name_the_agent_and_then_decides(repository: Path) -> None:
    path = own_agent(repository, "my-reviewer")
    synced(repository, "extends: balanced\nagents: {my-reviewer: light}\n")
    assert "model: haiku" in path.read_text()
    assert written(spawn_event(repository, subagent_type="my-reviewer"))["model"] == "haiku"


def test_the_policy_may_name_an_own_agent_that_bears_a_shipped_name(repository: Path) -> None:
    path = own_agent(repository, "code-reviewer")
    synced(repository, "extends: balanced\nagents: {code-reviewer: light}\n")
    assert path.read_text() == PINNED.format(name="code-reviewer", model="haiku").replace(
        "model: haiku\n", "model: haiku\neffort: medium\n"
    )


@pytest.mark.parametrize("model", ["sonnet", "inherit"])
def test_off_leaves_an_own_agent_alone(model: str, repository: Path) -> None:
    path = own_agent(repository, "my-reviewer", model)
    synced(repository, "extends: balanced\nagents: {my-reviewer: off}\n")
    assert path.read_text() == PINNED.format(name="my-reviewer", model=model)
    assert ask(spawn_event(repository, subagent_type="my-reviewer", **TASK)) == {}


@pytest.mark.slow
def test_inherit_is_no_pin_and_our_own_files_are_none(repository: Path) -> None:
    own_agent(repository, "my-reviewer", "inherit")
    synced(repository, "extends: balanced\n")
    assert written(spawn_event(repository, subagent_type="my-reviewer"))["model"]
    write_policy(repository, "extends: balanced\ntiers: {light: {model: sonnet}}\n")
    assert written(spawn_event(repository, 2, subagent_type="explorer"))["model"] == "sonnet"


def test_a_pin_in_the_users_own_folder_holds(repository: Path, tmp_path: Path) -> None:
    synced(repository, "extends: balanced\n")
    agents = tmp_path / "config" / "agents"
    agents.mkdir(parents=True)
    (agents / "mine.md").write_text(PINNED.format(name="mine", model="haiku"))
    env = {"CLAUDE_CONFIG_DIR": str(tmp_path / "config")}
    assert ask(spawn_event(repository, subagent_type="mine", **TASK), env) == {}
    assert rows(repository)[0]["model"] == "haiku"


def install_other_plugin(config: Path, project: Path | None = None) -> None:
    """A plugin with one pinned agent, as the client notes it."""
    folder = config / "plugins" / "cache" / "market" / "other" / "1.0.0"
    (folder / "agents").mkdir(parents=True)
    text = PINNED.format(name="auditor", model="sonnet")
    (folder / "agents" / "auditor.md").write_text(text)
    copy = {"scope": "user", "installPath": str(folder), "version": "1.0.0"}
    if project is not None:
        copy |= {"scope": "project", "projectPath": str(project)}
    known = {"version": 2, "plugins": {"other@market": [copy]}}
    (config / "plugins" / "installed_plugins.json").write_text(json.dumps(known))


@pytest.mark.parametrize("scope", ["user", "project"])
def test_a_pin_of_another_plugins_agent_holds(scope: str, repository: Path, tmp_path: Path) -> None:
    synced(repository, "extends: balanced\n")
    config = tmp_path / "config"
    install_other_plugin(config, repository if scope == "project" else None)
    env = {"CLAUDE_CONFIG_DIR": str(config)}
    assert ask(spawn_event(repository, subagent_type="other:auditor", **TASK), env) == {}
    assert rows(repository)[0]["model"] == "sonnet"


def test_the_policy_may_name_another_plugins_agent(repository: Path, tmp_path: Path) -> None:
    synced(repository, "extends: balanced\nagents: {'other:auditor': frontier}\n")
    install_other_plugin(tmp_path / "config")
    env = {"CLAUDE_CONFIG_DIR": str(tmp_path / "config")}
    answer = ask(spawn_event(repository, subagent_type="other:auditor", **TASK), env)
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "opus"


@pytest.mark.parametrize("note", ["", "[]", '{"plugins": {"other@market": [1]}}', "{"])
def test_a_note_of_plugins_that_cannot_be_read_leaves_the_policy(
    note: str, repository: Path, tmp_path: Path
) -> None:
    synced(repository, "extends: balanced\n")
    config = tmp_path / "config"
    install_other_plugin(config, tmp_path / "elsewhere")
    (config / "plugins" / "installed_plugins.json").write_text(note)
    env = {"CLAUDE_CONFIG_DIR": str(config)}
    answer = ask(spawn_event(repository, subagent_type="other:auditor", **TASK), env)
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "opus"


def test_a_task_that_failed_a_gate_goes_up_in_spite_of_a_pin(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_agent(repository, "my-reviewer")
    synced(repository, "extends: balanced\n")
    ask(spawn_event(repository, subagent_type="my-reviewer", **TASK))
    monkeypatch.chdir(repository)
    assert run(["escalate", "last"]) == 0
    again = written(spawn_event(repository, 2, subagent_type="my-reviewer", **TASK))
    assert again["model"] == "opus"


@pytest.mark.parametrize(
    ("ci", "model"), [("true", "opus"), ("1", "opus"), ("", "sonnet"), ("false", "sonnet")]
)
def test_in_ci_a_review_goes_where_ci_says(ci: str, model: str, repository: Path) -> None:
    synced(repository, "extends: balanced\n")
    call = {"subagent_type": "code-reviewer", "description": "Review", "prompt": "Review the diff"}
    assert written(spawn_event(repository, **call), {"CI": ci})["model"] == model


def test_run_knows_ci_too(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    client = tmp_path / "bin" / "claude"
    client.parent.mkdir()
    client.write_text("#!/bin/sh\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client.parent}:{os.environ['PATH']}")
    synced(repository, "extends: balanced\nci: {routes: {docs: frontier}}\n")
    monkeypatch.chdir(repository)
    told = []
    for ci in ("", "true"):
        monkeypatch.setenv("CI", ci)
        run(["run", "--dry-run", "--gate", "true", "Write the README"])
        told.append(capsys.readouterr().out)
    assert "light" in told[0].splitlines()[0]
    assert "frontier" in told[1].splitlines()[0]


@pytest.mark.slow
def test_a_route_of_the_owners_beats_the_presets_line_for_the_agent(repository: Path) -> None:
    synced(repository, "extends: balanced\nroutes: {tests: light}\n")
    call = {"subagent_type": "test-writer", "description": "Tests", "prompt": "Write tests for it"}
    assert written(spawn_event(repository, **call))["model"] == "haiku"
    other = {**call, "subagent_type": "debugger"}
    assert written(spawn_event(repository, 2, **other))["model"] == "opus"
    synced(
        repository, "extends: balanced\nroutes: {tests: light}\nagents: {test-writer: frontier}\n"
    )
    assert written(spawn_event(repository, 3, **call))["model"] == "opus"


@pytest.mark.slow
def test_gate_right_after_install_passes_and_later_edits_count(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository)
    assert run(["install"]) == 0
    assert run(["gate", "paths"]) == 0, capsys.readouterr().out
    hook = repository / ".tierwise" / "hook"
    hook.write_text("#!/bin/sh\n")
    assert run(["gate", "paths"]) == 1
    said = capsys.readouterr().out
    assert ".tierwise/hook: protected" in said and ".tierwise/table.json" not in said
    assert run(["sync", "--force"]) == 0
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: routing")
    write_policy(repository, "extends: economy\n")
    assert run(["gate", "paths"]) == 1, "a policy that was there may not be changed by an agent"


@pytest.mark.slow
def test_check_in_a_clone_names_the_command(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    assert run(["install"]) == 0
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: routing")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(repository), str(clone))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another machine"))
    monkeypatch.setenv("HOME", str(tmp_path / "another home"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.chdir(clone)
    capsys.readouterr()
    assert run(["check"]) == 0
    assert "run `tierwise install` once" in capsys.readouterr().err
    assert run(["install"]) == 0
    capsys.readouterr()
    assert run(["check"]) == 0
    assert capsys.readouterr().err == ""

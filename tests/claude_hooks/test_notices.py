"""What a session hears from us: one line, only when it is true."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event, rows
from tests.support.policies import write_policy

from tierwise.claude_hooks import spend_note

OLD = {"AI_AGENT": "claude-code_2-1-197_harness"}
NEW = {"AI_AGENT": "claude-code_2-1-329_harness"}


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, "extends: balanced\n")
    return repository


def start(root: Path, env: dict[str, str] | None = None, source: str = "startup") -> str:
    """The line that a session's start gives; empty for none."""
    answer = ask(event("SessionStart", root, source=source), env or NEW)
    assert set(answer) <= {"systemMessage"}
    line = str(answer.get("systemMessage", ""))
    assert "\n" not in line
    return line


def test_a_sound_set_up_says_nothing(root: Path) -> None:
    assert start(root) == ""


def test_a_start_is_recorded_with_the_clients_version(root: Path) -> None:
    start(root, NEW)
    (row,) = rows(root, "session")
    assert (row["what"], row["source"], row["client"]) == ("start", "startup", "2.1.329")


@pytest.mark.slow
def test_a_broken_policy_is_said_with_its_place(root: Path) -> None:
    write_policy(root, "tiers: [half-typed")
    assert "broken" in start(root)
    assert "tierwise.yaml:" in start(root)


@pytest.mark.slow
def test_an_edited_policy_whose_files_are_older_is_said(root: Path) -> None:
    write_policy(root, "extends: economy\n")
    assert "tierwise sync" in start(root)


def test_an_old_client_is_said_to_ignore_efforts(root: Path) -> None:
    assert "2.1.197 ignores the effort" in start(root, OLD)


def test_a_variable_that_beats_the_policy_is_said_on_the_clients_where_it_does(root: Path) -> None:
    forced = {"CLAUDE_CODE_SUBAGENT_MODEL": "opus"}
    assert "CLAUDE_CODE_SUBAGENT_MODEL=opus" in start(root, OLD | forced)
    assert start(root, NEW | forced) == ""


def test_agents_edited_since_the_session_read_them_are_said_when_it_goes_on(root: Path) -> None:
    env = NEW | {"CLAUDE_PID": "4711"}
    agents = root / ".claude" / "agents"
    agents.mkdir(parents=True)
    for name in ("older", "newer"):
        (agents / f"{name}.md").write_text("---\nname: x\n---\n")
    os.utime(agents / "older.md", (1, 1))
    os.utime(agents / "newer.md", (1, 1))
    assert start(root, env) == ""
    assert start(root, env, "compact") == ""
    os.utime(agents / "newer.md", (4e9, 4e9))
    assert start(root, env, "clear").endswith("live in the next one: newer")
    assert start(root, env, "resume") == ""  # a new process has read them anew


def test_a_budget_that_is_nearly_spent_is_said_where_the_policy_asks_for_it(root: Path) -> None:
    spend_note.note_day(str(root), 9.5)
    assert start(root) == ""
    compiled(root, "budget: {per_day: 10, warn: true}\n")
    assert "the day's budget is near: $9.50 of $10.00" in start(root)


def test_off_is_silent(root: Path) -> None:
    write_policy(root, "tiers: [half-typed")
    assert start(root, OLD | {"TIERWISE_MODE": "off"}) == ""


def test_a_repository_without_a_policy_is_not_written_to_by_a_start(repository: Path) -> None:
    assert start(repository) == ""
    assert not (repository / ".tierwise").exists()


def prompt(root: Path, text: str) -> str:
    answer = ask(event("UserPromptSubmit", root, prompt=text))
    return str(answer.get("hookSpecificOutput", {}).get("additionalContext", ""))


def run_session_on(root: Path, model: str) -> None:
    line = {"type": "assistant", "message": {"model": model, "usage": {}}}
    (root / "t.jsonl").write_text(json.dumps(line, separators=(",", ":")) + "\n")


def test_prompts_hear_nothing_by_default(root: Path) -> None:
    run_session_on(root, "claude-opus-5-5")
    assert prompt(root, "Fix the typo in the README.") == ""


def test_a_prompt_hears_one_line_where_its_tier_and_the_sessions_differ(root: Path) -> None:
    compiled(root, "extends: balanced\nhooks: {prompt_line: true}\n")
    run_session_on(root, "claude-opus-5-5")
    line = prompt(root, "Fix the typo in the README.")
    assert "light" in line
    assert "opus" in line
    assert "\n" not in line
    run_session_on(root, "claude-haiku-5-5")
    assert prompt(root, "Fix the typo in the README.") == ""


def test_what_is_no_task_hears_nothing(root: Path) -> None:
    compiled(root, "extends: balanced\nhooks: {prompt_line: true}\n")
    run_session_on(root, "claude-opus-5-5")
    for text in ("/compact", "<task-notification>docs done</task-notification>", "", "  "):
        assert prompt(root, text) == ""


def test_a_session_of_an_unknown_model_hears_nothing(root: Path) -> None:
    compiled(root, "extends: balanced\nhooks: {prompt_line: true}\n")
    assert prompt(root, "Fix the typo in the README.") == ""

"""What a spawn waits for: the hook's process imports the standard library only, and little of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hook import compiled, event, spawn_event

from tierwise import bundle

INSTALLER = Path(bundle.__file__).parent.parent
PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[2])
from tierwise.claude_hooks.hook import main
main(sys.argv[1])
os.write(2, "\\n".join(sys.modules).encode())
"""
THIRD_PARTY = {
    "click",
    "yaml",
    "pydantic",
    "pydantic_core",
    "anthropic",
    "rich",
    "msgspec",
    "frontmatter",
    "watchdog",
}
# json alone doubles the start of an interpreter; the others cost a millisecond or more each.
HEAVY = {"json", "re", "typing", "dataclasses", "subprocess", "pathlib", "hashlib", "logging", "datetime", "enum",
         "functools", "collections", "contextlib", "inspect", "threading", "tempfile", "shutil"}  # fmt: skip


def modules(root: Path, data: dict[str, object]) -> tuple[set[str], bytes]:
    """What is loaded after one event, in an interpreter without site-packages, and what was printed."""
    command = [
        sys.executable,
        "-S",
        "-E",
        "-c",
        PROGRAM,
        str(data["hook_event_name"]),
        str(INSTALLER),
    ]
    done = subprocess.run(
        command, input=json.dumps(data).encode(), capture_output=True, env={}, check=True
    )
    return set(done.stderr.decode().split("\n")), done.stdout


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, "extends: balanced\n")
    return repository


def test_a_spawn_loads_nothing_heavy(root: Path) -> None:
    prompt = "Fix the flaky login test in tests/test_login.py [scope: single-file]\n```\nTraceback\n```\n"
    loaded, printed = modules(
        root, spawn_event(root, prompt=prompt, subagent_type="general-purpose")
    )
    assert b"updatedInput" in printed
    assert loaded & (THIRD_PARTY | HEAVY) == set()


def test_a_workflow_loads_nothing_heavy_and_no_sketches(root: Path) -> None:
    script = "await agent('Look at the lexer of the parser', {label: 'Look'})"
    call = event("PreToolUse", root, tool_name="Workflow", tool_input={"script": script})
    loaded, printed = modules(root, call)
    assert b"updatedInput" in printed
    assert loaded & (THIRD_PARTY | HEAVY | {"tierwise.likeness"}) == set()


@pytest.mark.parametrize("name", ["SubagentStart", "SubagentStop", "PostToolUse", "SessionEnd", "SessionStart",
                                  "UserPromptSubmit"])  # fmt: skip
def test_no_other_event_loads_anything_heavy(name: str, root: Path) -> None:
    loaded, _ = modules(
        root, event(name, root, prompt="Write the README", tool_name="Agent", tool_input={})
    )
    assert loaded & (THIRD_PARTY | HEAVY) == set()


def test_a_prompt_of_a_routed_conversation_does_not_wait_for_what_decides_the_turn(
    repository: Path,
) -> None:
    compiled(repository, "extends: balanced\nsession: {routing: on}\n")
    loaded, _ = modules(repository, event("UserPromptSubmit", repository, prompt="Add a button"))
    of_turns = {"tierwise.claude_hooks.turns.answers", "tierwise.claude_hooks.turns.conversation"}
    assert loaded & (THIRD_PARTY | HEAVY | of_turns) == set()


def test_a_turn_of_the_main_conversation_loads_nothing_heavy(repository: Path) -> None:
    compiled(repository, "extends: balanced\nsession: {routing: on}\n")
    said = {"turn_id": "t", "prompt": "Add a button to the page", "model": "claude-opus-5-5"}
    loaded, printed = modules(repository, event("TurnStart", repository, **said))
    assert b"sonnet" in printed
    assert loaded & (THIRD_PARTY | HEAVY) == set()

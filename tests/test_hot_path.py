"""What a spawn waits for: the hook's process imports the standard library only, and little of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hook import compiled, event, spawn_event

from tierwise import bundle
from tierwise.claude_hooks import hook

INSTALLER = Path(bundle.__file__).parent.parent
PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[2])
from tierwise.claude_hooks.hook import main
main(sys.argv[1])
os.write(2, "\\n".join(sys.modules).encode())
"""
LISTED = """
import sys
sys.path.insert(0, sys.argv[1])
from tierwise.compiled import import_compiled, load_in_order
from tierwise.claude_hooks import hook
import_compiled()
asked = []
find_spec = sys.meta_path[0].find_spec
sys.meta_path[0].find_spec = lambda name, *more: (asked.append(name), find_spec(name, *more))[1]
before = len(sys.modules)
for listed in (hook.CALL_MODULES, hook.WORKFLOW_MODULES):
    hook._load_modules(listed)
for names in ([*sys.modules][:before], [*sys.modules][before:], asked):
    print(*(name for name in names if name.startswith("tierwise")))
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


def test_what_a_call_loads_is_listed_in_its_order(root: Path) -> None:
    """A list that names too little, too much or in another order costs time, and nothing else would tell."""
    prompt = "Look at the lexer of the parser, and tell how it reads numbers. " * 5
    script = f"await agent('{prompt}', {{label: 'Look'}})"
    workflow = event("PreToolUse", root, tool_name="Workflow", tool_input={"script": script})
    of_a_workflow = _list_own(root, workflow)
    of_a_spawn = _list_own(root, spawn_event(root, prompt=prompt))
    command = [sys.executable, "-S", "-E", "-c", LISTED, str(INSTALLER)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    before, loaded, asked = (line.split() for line in done.stdout.splitlines())
    of_any = _list_modules(hook.CALL_MODULES)
    of_workflow = _list_modules(hook.WORKFLOW_MODULES)
    assert loaded == asked == [*of_any, *of_workflow]
    assert of_a_workflow == {*before, *of_any, *of_workflow}
    assert of_a_spawn == {*before, *of_any, "tierwise.likeness"}


def _list_modules(names: str) -> list[str]:
    return [f"tierwise.{name}" for name in names.split()]


def _list_own(root: Path, call: dict[str, object]) -> set[str]:
    """The package's modules that a call loads where nothing is loaded by a list."""
    loaded, _ = modules(root, call)
    own = {name for name in loaded if name.startswith("tierwise")}
    return own - {"tierwise.trust.powers"}  # of a policy that nobody has trusted


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

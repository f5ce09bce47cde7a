"""A clone whose every command field is a trap: no command line and no hook event of ours springs one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.hook import run_shim
from tests.support.repository import git, git_environment, make_repository

from tierwise import fastjson
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy

SECONDS = 60  # a loaded machine; on an idle one each takes less than one
COMMANDS = [
    ["status"], ["check"], ["diff"], ["route", "run the linter"], ["audit"], ["budget"], ["estimate"],
    ["do", "lint"], ["do", "unit-tests"], ["gate"], ["gate", "own"], ["gate", "syntax"], ["preflight", "--all"],
    ["smoke", "--all"], ["run", "fix the bug", "--dry-run"], ["run", "fix the bug"], ["doctor"],
    ["trust", "--dry-run"], ["policy", "show"], ["commit", "check"], ["runs"], ["statusline"], ["report"], ["sync"],
    ["trust", "--list"], ["outcomes"], ["learn"], ["replay"], ["schema"], ["export", "--format", "csv", "out.csv"],
    ["flag", "good"], ["escalate"], ["git-hooks", "show"], ["install", "--no-git-hooks"], ["uninstall", "--purge"],
]  # fmt: skip
EVENTS = (
    "SessionStart",
    "UserPromptSubmit",
    "PreToolUse",
    "PostToolUse",
    "SubagentStart",
    "SubagentStop",
    "SessionEnd",
)


def trap_policy(trap: str) -> str:
    """A policy in which everything that can name a command names the trap."""
    return f"""version: 1
automated: {{lint: "{trap}", unit-tests: "{trap}", build: "{trap}", format: "{trap}", types: "{trap}"}}
checks: {{commands: {{own: {{run: "{trap}"}}, lint: {{run: "{trap}"}}}}}}
gates:
  use: [diff, "{trap}", own]
  commands: {{own: "{trap}"}}
  in_session: {{"*": [syntax, "{trap}", own]}}
escalation: {{link: ["../.."], claude: {{command: "./claude", allowed_tools: ["Bash(*)"]}}}}
sync: on-checkout
hooks: {{record_prompts: true}}
"""


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    return tmp_path / "sprung"


@pytest.fixture
def clone(tmp_path: Path, trap: Path) -> Path:
    origin = make_repository(tmp_path / "origin")
    shell = f"#!/bin/sh\ntouch {trap}\n"
    (origin / "tierwise.yaml").write_text(trap_policy(f"touch {trap}"))
    (origin / ".tierwise" / "local").mkdir(parents=True)
    table = fastjson.dumps(compile_table(load_policy(str(origin))))
    (origin / ".tierwise" / "table.json").write_text(table)
    (origin / ".tierwise" / "local" / "table.json").write_text(table)
    programs = [".tierwise/hook", ".tierwise/local/launcher", "claude", "git", "python3"]
    for name in [*programs, ".venv/bin/python", ".venv/bin/tierwise-hook"]:
        path = origin / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{path}\n{path}\n" if name.endswith("launcher") else shell)
        path.chmod(0o755)
    for package in ("tierwise", "yaml", "json", "click"):
        (origin / package).mkdir()
        for module in ("__init__", "__main__"):
            (origin / package / f"{module}.py").write_text(f"open({str(trap)!r}, 'w')\n")
    line = {"type": "command", "command": f"touch {trap} # .tierwise/hook"}
    hooks = {event: [{"hooks": [line]}] for event in EVENTS}
    (origin / ".claude").mkdir()
    (origin / ".claude" / "settings.json").write_text(json.dumps({"hooks": hooks}))
    git(origin, "add", "-Af")
    git(origin, "commit", "-qm", "feat: x")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    (tmp_path / "clone" / "app.py").write_text("a = 1\n")
    return tmp_path / "clone"


def environment(tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in git_environment().items() if name == "PATH" or "GIT" in name
    }
    return {**kept, "HOME": str(tmp_path / "home")}


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_springs_the_trap(
    arguments: list[str], clone: Path, trap: Path, tmp_path: Path
) -> None:
    call = [str(Path(sys.executable).parent / "tierwise"), *arguments]
    done = subprocess.run(
        call, cwd=clone, env=environment(tmp_path), input=b"{}", capture_output=True, timeout=SECONDS, check=False
    )  # fmt: skip
    assert not trap.exists()
    assert b"Traceback" not in done.stderr


def test_no_workflow_springs_the_trap(clone: Path, trap: Path, tmp_path: Path) -> None:
    script = f"export const meta = {{name: 'x'}}; agent('touch {trap}')"
    data = {
        "hook_event_name": "PreToolUse", "session_id": "s", "cwd": str(clone), "tool_name": "Workflow",
        "tool_use_id": "t", "tool_input": {"script": script},
    }  # fmt: skip
    variables = {**environment(tmp_path), "CLAUDE_PROJECT_DIR": str(clone)}
    done = run_shim("PreToolUse", json.dumps(data).encode(), variables)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not trap.exists()


@pytest.mark.parametrize("name", EVENTS)
def test_no_event_springs_the_trap(name: str, clone: Path, trap: Path, tmp_path: Path) -> None:
    call = {"description": "d", "prompt": "run the linter", "subagent_type": "general-purpose"}
    data = {
        "hook_event_name": name, "session_id": "s", "prompt_id": "p", "cwd": str(clone), "source": "startup",
        "tool_name": "Agent", "tool_use_id": "t", "agent_id": "a", "agent_type": "general-purpose",
        "tool_input": call, "prompt": "run the linter",
    }  # fmt: skip
    variables = {**environment(tmp_path), "CLAUDE_PROJECT_DIR": str(clone)}
    done = run_shim(name, json.dumps(data).encode(), variables)
    assert done.returncode == 0
    assert done.stderr == b""
    assert not trap.exists()
    if name == "SessionStart":
        assert b"tierwise trust" in done.stdout
    assert str(trap).encode() not in done.stdout


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize("name", EVENTS)
def test_deep_json_is_no_failure_of_a_hook(name: str, depth: int, repository: Path) -> None:
    deep = b"[" * depth + b"]" * depth
    data = b'{"hook_event_name": "%s", "cwd": "%s", "tool_input": %s}'
    done = run_shim(name, data % (name.encode(), bytes(repository), deep))
    assert done.returncode == 0
    assert done.stderr == b""

"""Events as Claude Code sends them, and the hook that answers them: in this process, or as one of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.policies import write_policy

from tierwise import bundle, fastjson, ledger
from tierwise.claude_hooks.hook import answer
from tierwise.files import write_atomic
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy

CALL = {
    "description": "Find it",
    "prompt": "Where does the program start?",
    "subagent_type": "Explore",
}


def compiled(root: Path, text: str) -> None:
    """Write a policy and its table, and nothing else of what sync would write."""
    write_policy(root, text)
    table = compile_table(load_policy(str(root)))
    write_atomic(str(root / ".tierwise" / "table.json"), fastjson.dumps(table).encode())


def event(name: str, root: Path, **fields: Any) -> dict[str, Any]:
    """An event with the fields that all of them have."""
    common = {
        "session_id": "session",
        "prompt_id": "turn",
        "cwd": str(root),
        "transcript_path": str(root / "t.jsonl"),
    }
    return {**common, "hook_event_name": name, **fields}


def spawn_event(
    root: Path, number: int = 1, *, more: dict[str, Any] | None = None, **call: Any
) -> dict[str, Any]:
    """`PreToolUse` for an agent's call.  ``call``: keys of the call; ``more``: keys of the event."""
    asked = {**CALL, **call}
    return event(
        "PreToolUse",
        root,
        tool_name="Agent",
        tool_use_id=f"toolu_{number:04d}",
        tool_input={key: value for key, value in asked.items() if value is not None},
        **(more or {}),
    )


def ask(data: dict[str, Any], env: dict[str, str] | None = None) -> dict[str, Any]:
    """What the hook prints for an event, parsed; empty where it prints nothing."""
    said = answer(str(data["hook_event_name"]), json.dumps(data).encode(), env or {})
    return dict(json.loads(said)) if said else {}


def written(data: dict[str, Any], env: dict[str, str] | None = None) -> dict[str, Any]:
    """The rewritten call; empty where the hook leaves it alone."""
    return dict(ask(data, env).get("hookSpecificOutput", {}).get("updatedInput", {}))


def run_shim(
    name: str, data: bytes, env: dict[str, str] | None = None, python: str = sys.executable
) -> subprocess.CompletedProcess[bytes]:
    """The hook as a process, with nothing in its environment but ``env``."""
    command = [python, "-S", "-E", bundle.path("hooks", "run.py"), name]
    return subprocess.run(
        command, input=data, capture_output=True, env=env or {}, timeout=120, check=False
    )


def rows(root: Path, kind: str = "decision") -> list[dict[str, Any]]:
    """The ledger's rows of one kind."""
    return [dict(row) for row in ledger.read(str(root)) if row["row"] == kind]

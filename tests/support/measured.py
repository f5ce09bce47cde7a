"""A folder of transcripts, a repository with a policy, and the command line upon both."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.support.transcripts import Call, row
from tests.support.warm import run_tierwise

MAIN = Call("m1", "s1", output=10_000)
EXPLORE = Call("m2", "s1", agent="Explore", agent_id="a1", model="claude-haiku-5-5", output=10_000)
DECIDED = {
    "row": "decision",
    "session_id": "s1",
    "tool_use_id": "toolu_a1",
    "agent": "Explore",
    "tier": "light",
}
DECIDED |= {"kind": "search", "mode": "enforce"}
"""The decision behind the calls of ``EXPLORE``."""


def tierwise(
    cwd: Path, *arguments: str, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would; its store and defaults live beside ``cwd``."""
    home = str(cwd.parent / "home-of-reports")
    env = {**os.environ, "HOME": home, "XDG_DATA_HOME": home, "TZ": "UTC", **environment}
    env.pop("CLAUDE_CONFIG_DIR", None)
    return run_tierwise(*arguments, cwd=cwd, env=env, given=given)


def report_json(cwd: Path, *arguments: str) -> dict[str, Any]:
    """The document of `tierwise report --json`."""
    done = tierwise(cwd, "report", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write_calls(root: Path, *calls: Call, project: str = "/home/me/project") -> Path:
    """Write calls as transcripts under ``root/projects``, one row each; return ``root``."""
    for call in calls:
        folder = root / "projects" / "-work-project" / call.session
        file = (
            folder / "subagents" / f"agent-{call.agent_id}.jsonl"
            if call.agent_id
            else folder.with_suffix(".jsonl")
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as lines:
            lines.write(
                json.dumps(row(call, cwd=project, attributionAgent=call.agent or None)) + "\n"
            )
        if call.agent_id:
            meta = {"agentType": call.agent, "toolUseId": f"toolu_{call.agent_id}"}
            file.with_suffix("").with_suffix(".meta.json").write_text(json.dumps(meta))
    return root


def now() -> int:
    """This moment in seconds since 1970."""
    return int(time.time())

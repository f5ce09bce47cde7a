"""Names that try to act on the terminal or to fake a line of ours: no command shows them raw."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from tests.hostile.test_clone import list_calls
from tests.support.hook import compiled, event
from tests.support.repository import git_environment
from tests.support.transcripts import Call, meta, row, write
from tests.support.warm import run_tierwise_on_bytes

from tierwise import ledger
from tierwise.claude_hooks.hook import answer

FAKE = "FAKED-LINE"
BAD = f"x\n{FAKE}\r\x1b[2J\x1b]0;t\x07\u202e\u2028{FAKE}\u009b31m"
POLICY = """
agents: {mine: mid}
budget: {per_day: 1}
"""
LEFT_OUT = ("watch", "uninstall")  # they say nothing of names, or take away what the others read


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository and a home in which every name that somebody else chose is bad."""
    top = tmp_path_factory.mktemp("bad")
    root, now = top / "repository", int(time.time()) - 600
    root.mkdir()
    subprocess.run(
        ["git", "init", "-qb", "main\u202e", str(root)], check=True, env=git_environment()
    )
    compiled(root, POLICY)
    agents = root / ".claude" / "agents"
    agents.mkdir(parents=True, exist_ok=True)
    (agents / "named.md").write_text(f"---\nname: {json.dumps(BAD)}\ndescription: d\n---\nDo.\n")
    (agents / f"{BAD}.md").write_text("---\nname: mine\ndescription: d\n---\nDo.\n")
    folder = top / "home" / ".claude" / "projects" / "-x"
    session = f"s{BAD}"
    for number, model in enumerate((BAD, "claude-opus-5-5")):
        call = Call(
            f"m{number}",
            "session",
            model=model,
            at=now + number,
            agent=BAD,
            agent_id="a1",
            input=10**6,
        )
        line = {
            **row(call),
            "cwd": str(root),
            "gitBranch": BAD,
            "sessionId": session,
            "version": BAD,
        }
        write(folder / f"session{number}.jsonl", line)
        path = folder / f"session{number}" / "subagents" / "agent-a1.jsonl"
        write(path, {**line, "agentId": "a1", "isSidechain": True})
        meta(path, BAD, "t0")
    environ = {"HOME": str(top / "home")}
    for number in range(3):
        call = {"description": BAD, "prompt": f"fix {BAD}", "subagent_type": BAD, "model": "opus"}
        fields = {
            "tool_name": "Agent",
            "tool_use_id": f"t{number}",
            "tool_input": call,
            "agent_id": BAD,
        }
        for name in ("PreToolUse", "SubagentStart", "SubagentStop", "PostToolUse"):
            data = {**event(name, root, **fields), "session_id": session, "agent_type": BAD}
            data["transcript_path"] = str(folder / "session0.jsonl")
            answer(name, json.dumps(data).encode(), environ)
    with ledger.Log(str(root)) as log:
        for kind in ("attempt", "run", "gate", "flag", "outcome", "decision"):
            log.write({"row": kind, "run": BAD, "tier": BAD, "kind": BAD, "agent": BAD, "task": BAD, "model": BAD,
                       "cause": BAD, "failed": [BAD], "cost_usd": 1.0, "accepted": True, "tool_use_id": BAD,
                       "session": session, "note": BAD, "verdict": BAD})  # fmt: skip
    return top


@pytest.mark.slow
@pytest.mark.parametrize("call", list(list_calls()))
def test_no_command_shows_names_raw(call: str, place: Path) -> None:
    if call.split()[0] in LEFT_OUT:
        pytest.skip("nothing of it is shown")
    kept = {key: value for key, value in git_environment().items() if "GIT" in key}
    environment = {**kept, "PATH": os.defpath, "HOME": str(place / "home"), "EDITOR": "true"}
    done = run_tierwise_on_bytes(
        *call.split(), cwd=place / "repository", env=environment, given=b"{}"
    )
    said = (done.stdout + done.stderr).decode()
    assert "Traceback" not in said
    for mark in ("\x1b", "\x07", "\r", "\u202e", "\u2028", "\u009b"):
        assert mark not in said
    faked = [line for line in said.splitlines() if line.lstrip().startswith(FAKE)]
    assert faked == [], said

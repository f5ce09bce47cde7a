"""A small project with a fault in it, and `tierwise run` on it as a process of its own.

The scripted model finds the attempt's worktree in its own request and edits the files there by tool calls that
the real client carries out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.json_api import Reply
from tests.support.repository import git, make_repository
from tests.support.trust import trust
from tests.support.turns import read, write
from tests.support.warm import run_tierwise

from tierwise.cascade.model import Order, TierSpec
from tierwise.verify.client import environment
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, use

BROKEN = "def add(a, b):\n    return a - b\n"
MENDED = "def add(a, b):\n    return a + b\n"
TEST = """import unittest

from app import add


class AddTest(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(2, 3), 5)
"""
TASK = "Mend add() in app.py so that the tests pass"
PACKAGE = Path(__file__).parents[2] / "installer"


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    code: int
    record: dict[str, Any]
    progress: str


def make_project(folder: Path, client: object = "claude", more: str = "") -> Path:
    """A repository with a wrong ``add``, its test, and a policy whose gate ``tests`` runs it."""
    make_repository(folder)
    (folder / "app.py").write_text(BROKEN)
    (folder / "test_app.py").write_text(TEST)
    (folder / ".gitignore").write_text("__pycache__/\n.tierwise/local/\n")
    (folder / "tierwise.yaml").write_text(
        f"version: 1\nautomated:\n  unit-tests: {sys.executable} -m unittest -q\n"
        f"escalation:\n  claude: {{command: {client}}}\n{more}"
    )
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "feat: add")
    trust(folder)
    return folder


def command(*arguments: str) -> list[str]:
    """``tierwise run …`` by the interpreter of the tests."""
    return [sys.executable, "-m", "tierwise", "run", *arguments]


def run_environment(
    home: Path, url: str = "", more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment of a run; temporary files lie under ``home``."""
    ours = {"PYTHONPATH": str(PACKAGE), "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    return environment(home, url, {**ours, **(more or {})})


def run(
    *arguments: str, cwd: Path, home: Path, url: str = "", more: Mapping[str, str] | None = None
) -> Run:
    """Run to the end with ``--json``."""
    done = run_tierwise("run", *arguments, "--json", cwd=cwd, env=run_environment(home, url, more))
    try:
        record = json.loads(done.stdout)
    except ValueError:
        record = {}
    return Run(done.returncode, record, done.stderr)


def worktree_of(request: Request) -> Path:
    """The folder that the attempt works in, as the client tells the model."""
    found = re.search(
        r"(/\S*?/tierwise-\d{8}-\d{6}-[0-9a-f]{5}(?:-2)?-[^\s/\"'<\\]+)",
        request.system + request.text,
    )
    assert found, "the request names no worktree"
    return Path(found[1])


def writing(
    content: str, name: str = "app.py", last: str = "Done."
) -> Callable[[Request], ScriptedTurn | None]:
    """A model that reads a file, writes it whole, and stops."""

    def answer(request: Request) -> ScriptedTurn | None:
        path = worktree_of(request) / name
        if request.turn == 0:
            return use(read(path))
        return use(write(path, content)) if request.turn == 1 else say(last)

    return answer


def by_model(
    **scripts: Callable[[Request], ScriptedTurn | None],
) -> Callable[[Request], ScriptedTurn | None]:
    """One script a family: ``by_model(haiku=…, opus=…)``; the others say that they are done."""

    def answer(request: Request) -> ScriptedTurn | None:
        for family, script in scripts.items():
            if family in request.model:
                return script(request)
        return say("Done.")

    return answer


def tierwise_in_project(
    project: Path, *arguments: str, key: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run ``tierwise arguments`` with nothing of the user's but a key."""
    env = run_environment(project.parent)
    if not key:
        del env["ANTHROPIC_API_KEY"]
    return run_tierwise(*arguments, cwd=project, env=env)


def order_for(folder: Path, spec: TierSpec) -> Order:
    """An order as a run gives it to an engine."""
    return Order("task", "", spec, str(folder), 1.0, 20.0, "session-1")


def tree_of(folder: Path) -> dict[str, bytes]:
    """Every file of the repository but git's own and Tierwise's local ones."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and ".git" not in path.parts
        and "local" not in path.parts
        and "__pycache__" not in path.parts
    }


def no_worktrees_left(folder: Path, home: Path) -> bool:
    """Whether neither git nor the temporary folder remembers a run."""
    return len(git(folder, "worktree", "list").splitlines()) == 1 and not [
        name
        for name in os.listdir(home)
        if name.startswith(("tierwise-2", "tierwise-keep", "tierwise-gate"))
    ]


def client_of(folder: Path) -> int:
    """The client's process: the one that works in the attempt's folder."""
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.readlink(f"/proc/{name}/cwd") == str(folder):
                return int(name)
        except OSError:
            continue
    raise AssertionError("no client runs there")


def is_alive(process: int) -> bool:
    """Whether a process with this id runs; one that nobody has waited for yet does not."""
    return _read_state(process) not in ("", "Z")


def _read_state(process: int) -> str:
    """The letter of what a process does, ``Z`` for one that has ended; empty where there is none."""
    if not Path("/proc").is_dir():
        call = ["ps", "-o", "stat=", "-p", str(process)]
        return subprocess.run(call, capture_output=True, text=True, check=False).stdout[:1]
    try:
        facts = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return ""
    return facts.rsplit(")", 1)[1].split()[0]


def ledger_rows(project: Path) -> list[dict[str, object]]:
    """The rows of the newest ledger file, oldest first."""
    lines = (project / ".tierwise/local/ledger.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def wait_for(path: Path) -> None:
    """Wait until a file has content; two minutes without it are an error."""
    for _ in range(2400):
        if path.exists() and path.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")


CHAT_USAGE = {"prompt_tokens": 1000, "completion_tokens": 100}


def chat(content: str) -> Reply:
    """An OpenAI-compatible endpoint's answer: ``app.py`` whole."""
    text = f"=== FILE: app.py\n{content}=== END\n"
    return {
        "model": "qwen",
        "choices": [{"message": {"role": "assistant", "content": text}}],
        "usage": CHAT_USAGE,
    }


def add_local(folder: Path, url: str, client: object = "no-such-client", price: str = "") -> Path:
    """A project whose lowest tier is a local endpoint's."""
    tiers = (
        "tiers:\n"
        f"  local: {{model: qwen, provider: openai, base_url: {url}/v1, api_key_env: LOCAL_KEY}}\n"
        "  mid: {model: sonnet, effort: medium}\n  frontier: {model: opus, effort: high}\n"
    )
    routes = "extends: none\ndefault: mid\n"
    return make_project(folder, client, routes + tiers + price)

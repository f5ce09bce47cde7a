"""Damaged and malicious input for hooks and commands: none fails a hook, none shows a traceback.

``python -m tests.support.fuzz [HOOKS TABLES FILES [SEED]]`` sends so many hook inputs, has so many tables read and so
many damaged files met; it prints each fault and how many there were.  Every call is a process of its own with a limit
of time and of memory.
"""

from __future__ import annotations

import copy
import json
import os
import random
import resource
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.limited import MEGABYTES
from tests.support.repository import make_repository
from tests.support.trap import EVENTS

import tierwise.cli
from tierwise.claude_hooks import fault_log
from tierwise.claude_hooks.hook import answer
from tierwise.digests import hash_sha256
from tierwise.sync.options import NOTHING
from tierwise.sync.repository import sync

HOOKS, TABLES, FILES = 2000, 1000, 400
SECONDS = 10  # of the processor, until what hangs is ended: a case takes a hundredth of one
POLICY = (
    "version: 1\nagents: {mine: mid}\nsession: {routing: on}\nbudget: {per_day: 5, warn: true}\n"
)
JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 2**70, 1e308, float("inf"), float("nan"), "", "x", "\x1b[31m", "a\nb", "\u202eabc", "\ud800",
    "\0", "../../x", "/dev/zero", "~", "x" * 70_000, [], [[]], {}, {"": {}}, ["x"] * 300, {"model": []},
)  # fmt: skip
DEEP = b"[" * 100_000 + b"]" * 100_000
DAMAGED = (
    ".tierwise/table.json",
    ".tierwise/state.json",
    ".tierwise/baseline.json",
    ".tierwise/local/table.json",
    ".tierwise/local/ledger.jsonl",
    ".tierwise/local/stale.json",
    ".tierwise/local/journal.json",
    ".tierwise/local/watch.json",
    ".tierwise/local/in-sync",
    ".tierwise/local/local-settings.json",
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".claude/agents/mine.md",
    ".claude/agents/explorer.md",
    "tierwise.yaml",
    "ROUTING.md",
    "pyproject.toml",
    "package.json",
)
COMMANDS = (
    "status", "check", "diff", "sync", "audit", "budget", "outcomes", "learn", "report", "replay", "runs", "route x",
    "session show", "estimate feature=2", "escalate --list", "trust --list", "policy show --resolved", "trust --dry-run",
    "preflight --all", "statusline", "export --format csv -", "uninstall", "install --no-git-hooks",
)  # fmt: skip
_TRACEBACK = b"Traceback (most recent call last)"
_SHOWN = 400  # characters of what a faulty call said


@dataclass
class Count:
    """How many calls there were, and what was wrong with some; ``given_up`` hooks left the call alone and noted why."""

    calls: int = 0
    given_up: int = 0
    faults: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.calls + other.calls, self.given_up + other.given_up, self.faults + other.faults
        )


def fuzz_hooks(root: Path, count: int, chance: random.Random) -> Count:
    """Send damaged inputs of every event."""
    total = Count()
    for number in range(count):
        name = chance.choice(EVENTS)
        data = _damage_bytes(json.dumps(_damage(_make_event(name, root, number), chance)), chance)
        total += _call_hook(name, data, root)
    return total


def fuzz_tables(root: Path, count: int, chance: random.Random) -> Count:
    """Answer a spawn and a session's start by damaged tables that the policy's digest belongs to."""
    path = root / ".tierwise" / "table.json"
    whole = path.read_bytes()
    total = Count()
    for number in range(count):
        table = _damage(json.loads(whole), chance)
        if isinstance(table, dict) and chance.random() < 0.9:
            digest = hash_sha256((root / "tierwise.yaml").read_bytes())
            table |= {"schema": 1, "sources": {"tierwise.yaml": digest}}
        path.write_text(json.dumps(table))
        name = chance.choice(EVENTS)
        total += _call_hook(name, json.dumps(_make_event(name, root, number)).encode(), root)
        if number % 10 == 0:
            total += _call_command(chance.choice(COMMANDS[:14]), root)
    path.write_bytes(whole)
    return total


def fuzz_files(folder: Path, count: int, chance: random.Random) -> Count:
    """Meet damaged files of each kind with hooks and commands."""
    total = Count()
    for number in range(count):
        root = make_root(folder / f"damaged{number}")
        path = root / DAMAGED[number % len(DAMAGED)]
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.read_bytes() if path.exists() else b'{"a": 1}\n'
        path.write_bytes(_damage_file(old, chance))
        name = chance.choice(EVENTS)
        total += _call_hook(name, json.dumps(_make_event(name, root, number)).encode(), root)
        total += _call_command(chance.choice(COMMANDS), root)
    return total


def make_root(root: Path) -> Path:
    """Make a repository with Tierwise in it, and state of a session or two."""
    agent = "---\nname: mine\ndescription: d\nmodel: opus\n---\nbody\n"
    make_repository(root, {"tierwise.yaml": POLICY, ".claude/agents/mine.md": agent})
    sync(str(root), NOTHING)
    for name in ("SessionStart", "PreToolUse"):
        answer(name, json.dumps(_make_event(name, root, 0)).encode(), {"HOME": str(root.parent)})
    return root


def _make_event(name: str, root: Path, number: int) -> dict[str, Any]:
    tools = {
        "Agent": {"description": "d", "prompt": "fix the login", "subagent_type": "mine"},
        "Workflow": {
            "script": "export const meta = {name: 'x'}; agent('find it', {model: 'opus'})"
        },
        "Bash": {"command": "pytest -q", "description": "d"},
        "Edit": {"file_path": str(root / "a.py"), "old_string": "a", "new_string": "b"},
    }
    tool = ("Agent", "Workflow", "Bash", "Edit")[number % 4]
    return {
        "hook_event_name": name,
        "session_id": f"s{number % 7}",
        "prompt_id": f"p{number % 5}",
        "cwd": str(root),
        "transcript_path": str(root / "t.jsonl"),
        "agent_transcript_path": str(root / "a.jsonl"),
        "source": "startup",
        "prompt": "fix the bug in the parser",
        "agent_id": "a",
        "agent_type": "mine",
        "tool_name": tool,
        "tool_use_id": f"t{number}",
        "tool_input": tools[tool],
        "tool_response": {"content": [{"type": "text", "text": "done"}], "totalTokens": 5},
        "last_assistant_message": "done",
        "reason": "other",
    }


def _damage(value: Any, chance: random.Random) -> Any:
    """A copy with some places replaced, left out or doubled."""
    damaged = copy.deepcopy(value)
    for _ in range(chance.randrange(1, 6)):
        places = list(_list_places(damaged))
        if not places or chance.random() < 0.02:
            return copy.deepcopy(chance.choice(JUNK))
        holder, key = chance.choice(places)
        if chance.random() < 0.2 and isinstance(holder, dict):
            holder.pop(key)
        else:
            holder[key] = copy.deepcopy(chance.choice(JUNK))
    return damaged


def _list_places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, below in list(inner):
        yield value, key
        if isinstance(below, (dict, list)):
            yield from _list_places(below)


def _damage_bytes(text: str, chance: random.Random) -> bytes:
    data = text.encode()
    if chance.random() < 0.8:
        return data
    return _damage_file(data, chance)


def _damage_file(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    kinds = (
        b"",
        data[:place],
        data[:place] + chance.randbytes(40) + data[place:],
        data[:place] + b"\xff\xfe\0\x1b[2J" + data[place + 5 :],
        data + data,
        DEEP,
        b"{" + b'"a":{' * 100_000,
        json.dumps(_damage(_parse(data), chance)).encode(),
        b"null",
        b"1" * 5_000,
        data.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + data,
        chance.randbytes(2_000),
    )
    return chance.choice(kinds)


def _parse(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return {"files": {"ROUTING.md": {"part": 1, "whole": []}}, "schema": 1, "moves": [[1]]}


def _call_hook(name: str, data: bytes, root: Path) -> Count:
    def run() -> int:
        noted: list[Exception] = []
        fault_log.note = lambda *arguments: noted.append(arguments[-1])
        environ = {"HOME": str(root.parent), "CLAUDE_PROJECT_DIR": str(root)}
        said = answer(name, data, environ)
        if said:
            json.loads(said)
        for fault in noted:
            print(f"given up: {fault!r}")
        return 10 if noted else 0

    return _call(run, f"{name} {data[:_SHOWN]!r}", allowed=(0, 10))


def _call_command(command: str, root: Path) -> Count:
    def run() -> int:
        os.chdir(root)
        return tierwise.cli.run(command.split())

    return _call(run, f"tierwise {command} in {root.name}", allowed=tuple(range(5)))


def _call(run: Callable[[], int], what: str, allowed: tuple[int, ...]) -> Count:
    """Call in a process of its own, with a limit of time and of memory."""
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            _run_child(run, said.fileno())
        _, status = os.waitpid(child, 0)
        said.seek(0)
        text = said.read()
    code = os.waitstatus_to_exitcode(status)
    is_fault = code not in allowed or _TRACEBACK in text
    if is_fault:
        print(f"{what}: {code}\n{text.decode('utf-8', 'replace')[-4 * _SHOWN :]}", flush=True)
    return Count(1, int(code == 10), int(is_fault))


def _run_child(run: Callable[[], int], said: int) -> None:
    code = 99
    try:
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        if os.path.exists("/proc/self/statm"):
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            most = used + int(MEGABYTES) * (1 << 20)
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        code = run()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def run_all(folder: Path, hooks: int, tables: int, files: int, seed: int) -> Count:
    """Run everything below ``folder``, which stands for the home folder too."""
    os.environ.update(HOME=str(folder), XDG_STATE_HOME=str(folder / "state"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "CLAUDE_CONFIG_DIR"):
        os.environ.pop(name, None)
    chance = random.Random(seed)
    root = make_root(folder / "root")
    total = Count()
    for name, part in (
        ("hook inputs", lambda: fuzz_hooks(root, hooks, chance)),
        ("tables", lambda: fuzz_tables(root, tables, chance)),
        ("damaged files", lambda: fuzz_files(folder, files, chance)),
    ):
        count = part()
        print(f"{name}: {count}", flush=True)
        total += count
    return total


def main(arguments: list[str]) -> int:
    """Run so many of each as the arguments say; 1 where something was wrong."""
    given = [int(argument) for argument in arguments]
    hooks, tables, files, seed = given + [HOOKS, TABLES, FILES, 1][len(given) :]
    with tempfile.TemporaryDirectory() as folder:
        count = run_all(Path(folder), hooks, tables, files, seed)
    print(count)
    return int(count.faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

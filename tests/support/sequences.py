"""Random lives of a repository: install, sync, edits of a person, kills, branch switches, uninstall.

``python -m tests.support.sequences COUNT [FIRST]`` runs that many and names the seeds at which something was lost.
Each command runs in a process of its own, which may be killed before any system call that changes a file.
"""

from __future__ import annotations

import base64
import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.support.faults import kill_at
from tests.support.repository import git, make_repository
from tests.support.scratch import find_memory

from tierwise.errors import TierwiseError
from tierwise.sync.journal import was_interrupted
from tierwise.sync.options import NOTHING, SyncOptions
from tierwise.sync.repository import plan_sync, sync, uninstall

OWN_AGENT = ".claude/agents/team/mine.md"
SETTINGS = ".claude/settings.json"
SHIPPED_AGENT = ".claude/agents/explorer.md"
NOTES = ".claude/notes.md"
OWN_FILES = (OWN_AGENT, SETTINGS, NOTES)
SETTINGS_TEXTS = (
    b'{"a": 1}\n',
    b'{\n  "a": 1,\n  "hooks": {}\n}\n',
    b'{\n\t"hooks": {"PreToolUse": []}, "a": 1}',
    b'{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}\n',
)
POLICIES = (
    "agents: {mine: light}\n",
    "agents: {mine: {tier: frontier, effort: high}}\n",
    "agents: {explorer: off}\n",
    "hooks: {mode: off}\n",
    "session: {model: opus}\n",
)
STEPS = 7
LAST_CALL = 260  # a kill comes before one of so many system calls that change a file


class LostError(AssertionError):
    """Something of the person's is nowhere, or not restored."""


class Life:
    """One repository and what the person has in it, with and without Tierwise's part."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.own: dict[str, bytes] = {}
        self.committed: dict[str, dict[str, bytes]] = {}
        self.branch = "main"
        self.tokens = 0
        self.history: list[str] = []

    def begin(self) -> None:
        """Make the repository, with two branches."""
        self.own = {
            OWN_AGENT: b"---\nname: mine\ndescription: d\nmodel: opus  # mine\n---\nbody\n",
            SETTINGS: self.random.choice(SETTINGS_TEXTS),
            NOTES: b"notes\n",
        }
        make_repository(self.root, dict(self.own))
        git(self.root, "branch", "other")
        self.committed = {"main": dict(self.own), "other": dict(self.own)}

    def live(self) -> None:
        """Take random steps, then uninstall; raises LostError."""
        choices = (self.run_tool, self.run_tool, self.edit, self.edit, self.switch, self.look)
        self.run_tool()
        for _ in range(STEPS):
            self.random.choice(choices)()
        self.run("uninstall", None)
        self.compare()

    def run_tool(self) -> None:
        """Run a command, which is often killed."""
        command = self.random.choice(("install", "install", "sync", "sync", "uninstall"))
        killed = self.random.random() < 0.6
        self.run(command, self.random.randrange(LAST_CALL) if killed else None)

    def run(self, command: str, kill: int | None) -> None:
        """Run a command in a process of its own, killed before its n-th change of the disk."""
        self.history.append(f"{command} killed at {kill}" if kill is not None else command)
        before = self.present_tokens(staged=False)
        child = os.fork()
        if not child:
            _run_command(str(self.root), command, kill)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise LostError(f"{command} failed")
        lost = before - self.present_tokens(staged=True)
        if lost:
            raise LostError(f"{sorted(lost)} lost by {self.history[-1]}")

    def look(self) -> None:
        """A command that only reads changes nothing, whatever waits for its completion."""
        self.history.append("status")
        before = _contents(self.root)
        try:
            plan_sync(str(self.root))
        except TierwiseError:
            pass  # no policy here
        if _contents(self.root) != before:
            raise LostError("a reading command has written")

    def edit(self) -> None:
        """Write something into a file, as a person does."""
        path = self.random.choice((OWN_AGENT, SETTINGS, NOTES, SHIPPED_AGENT, "tierwise.yaml"))
        self.history.append(f"edit {path}")
        full = self.root / path
        if path == "tierwise.yaml":
            if full.exists():
                full.write_text(f"version: 1\n{self.random.choice(POLICIES)}")
        elif full.exists():
            self.tokens += 1
            token = f"token-{self.tokens}-"
            full.write_bytes(_with_token(path, full.read_bytes(), token))
            if path in self.own:
                self.own[path] = _with_token(path, self.own[path], token)

    def switch(self) -> None:
        """Go to the other branch, sometimes with a commit before; where git refuses, nothing happens."""
        if not was_interrupted(str(self.root)) and self.random.random() < 0.7:
            git(self.root, "add", "-A")
            git(self.root, "commit", "-qm", "chore: all", "--allow-empty")
            self.committed[self.branch] = dict(self.own)
        target = "other" if self.branch == "main" else "main"
        clean = [path for path in OWN_FILES if not git(self.root, "status", "-s", "--", path)]
        try:
            git(self.root, "checkout", "-q", target)
        except Exception:
            return
        self.history.append(f"switch to {target}")
        self.branch = target
        self.own.update({path: self.committed[target][path] for path in clean})

    def present_tokens(self, *, staged: bool) -> set[bytes]:
        """What of the person's is anywhere: in a file, in a backup, in the record, with ``staged`` also in staging."""
        contents = _contents(self.root)
        data = b"\n".join(
            content for path, content in contents.items() if staged or "/staged/" not in path
        )
        return {token for token in _tokens(self.tokens) if token in data}

    def compare(self) -> None:
        """Every file of the person's has the bytes that it would have without Tierwise."""
        for path, expected in self.own.items():
            found = (self.root / path).read_bytes()
            if path == SETTINGS and b"token-" in expected:
                found, expected = _canonical(found), _canonical(expected)
            if found != expected:
                raise LostError(f"{path} is {found!r}, not {expected!r}")


def run_sequence(seed: int, folder: Path) -> str:
    """Live one life; what went wrong, or nothing."""
    root = folder / str(seed)
    life = Life(root, seed)
    try:
        life.begin()
        life.live()
    except (LostError, TierwiseError, OSError, ValueError) as error:
        return f"seed {seed}: {error!r} after {life.history}"
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return ""


def _run_command(root: str, command: str, kill: int | None) -> None:
    code = 1
    try:
        if kill is not None:
            kill_at(kill)
        if command == "uninstall":
            uninstall(root)
        elif command == "sync" or os.path.exists(os.path.join(root, "tierwise.yaml")):
            sync(root, NOTHING)
        else:
            sync(root, SyncOptions(starter=b"version: 1\nagents: {mine: mid}\n"))
        code = 0
    except TierwiseError:
        code = 0  # nothing to sync, said so
    except BaseException as error:
        print(repr(error), file=sys.stderr)
    finally:
        os._exit(code)


def _with_token(path: str, data: bytes, token: str) -> bytes:
    if path != SETTINGS:
        return data + token.encode() + b"\n"
    end = data.rindex(b"}")
    return data[:end].rstrip() + f', "{token}": 1'.encode() + data[end:]


def _canonical(data: bytes) -> bytes:
    return json.dumps(json.loads(data)).encode()


def _tokens(count: int) -> set[bytes]:
    return {f"token-{number}-".encode() for number in range(1, count + 1)}


def _contents(root: Path) -> dict[str, bytes]:
    found = {}
    for path in root.rglob("*"):
        if ".git" in path.relative_to(root).parts or not path.is_file():
            continue
        data = path.read_bytes()
        if path.name == "state.json" or path.parent.name == "staged":
            data += _remembered(data)
        found[str(path.relative_to(root))] = data
    return found


def _remembered(data: bytes) -> bytes:
    """What a record remembers of the person's files."""
    try:
        entries = json.loads(data)["files"].values()
    except (ValueError, KeyError, TypeError):
        return b""
    return b"\n".join(base64.b64decode(entry.get("before") or "") for entry in entries)


def main(count: int, first: int = 0) -> int:
    """Run sequences and print those at which something was lost; how many there were."""
    failed = 0
    with tempfile.TemporaryDirectory(dir=find_memory(os.environ)) as folder:
        for seed in range(first, first + count):
            fault = run_sequence(seed, Path(folder))
            if fault:
                failed += 1
                print(fault, flush=True)
    print(f"{count} sequences from seed {first}: {failed} failed", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))

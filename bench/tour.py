"""The first hour in a repository that uses Claude Code already: install, commit, route, uninstall, and what is left.

Each REPOSITORY is only read; the tour happens in a clone with a home folder of its own.  The repository's hook manager
is switched on as its `prepare` script would (husky: core.hooksPath), with stand-ins for the package managers that its
hooks call, as nothing is installed there.  The repository's own agents are spawned in a real client (CLIENT) against
the stand-in API.  Printed is one line a step; a step that went wrong ends in WRONG with what was said.

python bench/tour.py CLIENT REPOSITORY [...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tierwise.claude_hooks.agent_file import frontmatter_value
from tierwise.verify.client import Client, make_home
from tierwise.verify.stand_in import Loopback
from tierwise.verify.turns import say, spawn, use

HARD = "Audit the authentication for race conditions and find the root cause."
MANAGERS = ("npm", "npx", "pnpm", "yarn", "bun", "node_modules")
ALIASES = ("haiku", "sonnet", "opus", "fable")
AT_ONCE = 8
COMMANDS = (
    ("check",),
    ("status",),
    ("gate",),
    ("report", "--since", "30d"),
    ("route", "fix the login", "--path", "src/auth.ts"),
    ("audit",),
    ("preflight",),
    ("git-hooks", "status"),
)


class Tour:
    """One repository's clone, with the environment of a user of its own."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.root = folder / "clone"
        self.home = make_home(folder / "home")
        self.wrong: list[str] = []
        stand_ins = folder / "bin"
        stand_ins.mkdir()
        for name in MANAGERS:
            (stand_ins / name).write_text("#!/bin/sh\nexit 0\n")
            (stand_ins / name).chmod(0o755)
        own = os.path.dirname(sys.executable)
        self.without = f"{stand_ins}:/usr/bin:/bin"
        self.environment = {
            "HOME": str(self.home),
            "PATH": f"{own}:{self.without}",
            "LC_ALL": "C.UTF-8",
            "GIT_LFS_SKIP_SMUDGE": "1",
            **{f"GIT_{who}_NAME": "Tour" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "tour@example.com" for who in ("AUTHOR", "COMMITTER")},
        }
        self.run("git", "clone", "-q", str(source), str(self.root), cwd=folder)

    def run(
        self, *command: str, cwd: Path | None = None, path: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone."""
        environment = {**self.environment, "PATH": path or self.environment["PATH"]}
        return subprocess.run(
            command,
            cwd=cwd or self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def step(
        self, name: str, done: subprocess.CompletedProcess[str], codes: tuple[int, ...] = (0,)
    ) -> str:
        """Print how a step ended; its output."""
        said = (done.stdout + done.stderr).strip()
        fine = done.returncode in codes and "Traceback" not in said
        print(f"  {name}: exit {done.returncode}{'' if fine else ' WRONG'}")
        if not fine:
            self.wrong.append(name)
            print("    " + said.replace("\n", "\n    "))
        return said

    def judge(self, name: str, fine: bool, told: str) -> None:
        """Print what was found, and whether it is as it should be."""
        print(f"  {name}: {told}{'' if fine else ' WRONG'}")
        if not fine:
            self.wrong.append(name)

    def start_hook_manager(self) -> str:
        """Switch on what the repository's own set-up would; the manager's name."""
        if (self.root / ".husky").is_dir():
            self.run("git", "config", "core.hooksPath", ".husky")
            return "husky"
        return "none"

    def read_tree(self) -> dict[str, str]:
        """Every file outside of .git and .tierwise, with a digest and its mode."""
        self.run("git", "add", "-A", "--intent-to-add")
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if name.startswith(".git/") or (path.is_dir() and not path.is_symlink()):
                continue
            content = os.readlink(path).encode() if path.is_symlink() else path.read_bytes()
            found[name] = f"{path.lstat().st_mode:o} {hash(content)}"
        self.run("git", "reset", "-q")
        return found

    def read_pins(self) -> dict[str, str]:
        """The repository's own agents, and the model that each file names; empty where it names none."""
        found = {}
        for path in sorted((self.root / ".claude" / "agents").rglob("*.md")):
            text = path.read_bytes()
            name = frontmatter_value(text, b"name")
            if name:
                found[name] = frontmatter_value(text, b"model")
        return found


def add_offered_lines(tour: Tour) -> int:
    """Put the lines that are offered to a hook manager where they belong; how many."""
    listed = tour.run("tierwise", "git-hooks", "install", "--json")
    try:
        states = json.loads(listed.stdout)
    except ValueError:
        return 0
    rows = states.get("hooks", []) if isinstance(states, dict) else states
    added = 0
    for row in rows:
        if row.get("entry") and ".husky" in row.get("config", ""):
            path = tour.root / row["config"]
            text = path.read_text() if path.exists() else ""
            path.write_text(f"{text.rstrip()}\n{row['entry'].strip()}\n")
            path.chmod(0o755)
            added += 1
    return added


def spawn_own_agents(tour: Tour, client: Client, pins: dict[str, str]) -> None:
    """Spawn every agent of the repository's own; those with a model of their own must run on it."""
    names = list(pins)
    # Each prompt is another one: by it the stand-in API knows whose request it answers.
    calls = {name: spawn(name, f"{HARD} Part {name}.", run_in_background=False) for name in names}
    waves = [names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)]
    with Loopback() as api:
        turns = [use(*(calls[name] for name in wave)) for wave in waves]
        api.main = [*turns, say("all back")]
        answer = client.ask("go", "--model", "opus", cwd=tour.root, home=tour.home, url=api.url)
        agents = [request for request in api.requests if request.is_subagent]
        seen = {request.agent: request.model for request in reversed(agents)}  # the first of each
    held = [name for name, pin in pins.items() if pin in ALIASES and pin in seen.get(name, "")]
    # An agent that the client itself does not start has no model to hold.
    pinned = [name for name, pin in pins.items() if pin in ALIASES and name in seen]
    lost = sorted(set(pinned) - set(held))
    told = (
        f"{len(seen)} of {len(names)} spawned; {len(held)} of {len(pinned)} pins held {lost or ''}"
    )
    fine = answer.code == 0 and not lost
    tour.judge("own agents on the wire", fine, told.strip())


def walk(source: Path, client: Client) -> list[str]:
    """The whole tour in one repository; the steps that went wrong."""
    print(source)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        tour = Tour(source, Path(folder))
        manager = tour.start_hook_manager()
        before, pins = tour.read_tree(), tour.read_pins()
        told = f"{len(pins)} agents, {sum(map(bool, pins.values()))} with a model; hooks: {manager}"
        tour.judge("repository", True, told)
        tour.step("install", tour.run("tierwise", "install", "--yes"), (0, 1))
        after = tour.read_tree()
        changed = sorted(name for name in before if after.get(name) != before[name])
        fine = all(name.startswith(".claude/") or name == ".gitignore" for name in changed)
        tour.judge("files of theirs that changed", fine, ", ".join(changed) or "none")
        offered = add_offered_lines(tour)
        print(f"  lines offered and added: {offered}")
        for command in COMMANDS:
            # preflight: 1 where what the project declares is not installed in the clone
            codes = (0, 1) if command[0] == "preflight" else (0,)
            tour.step(f"tierwise {command[0]}", tour.run("tierwise", *command), codes)
        tour.run("git", "add", "-A")
        commit = ("git", "commit", "-qm", "feat: route subagents")
        tour.step("commit", tour.run(*commit))
        note = tour.root / "tour.txt"
        note.write_text("one line\n")
        tour.run("git", "add", "-A")
        second = ("git", "commit", "-qm", "docs: a note")
        tour.step("commit without Tierwise on PATH", tour.run(*second, path=tour.without))
        tour.step("doctor", tour.run("tierwise", "doctor"), (0, 1))
        if pins:
            spawn_own_agents(tour, client, pins)
        tour.run("git", "rm", "-q", "-f", "tour.txt")
        tour.step("uninstall", tour.run("tierwise", "uninstall"))
        (tour.root / "tierwise.yaml").unlink(missing_ok=True)
        if offered:
            tour.run("git", "checkout", "-q", "HEAD~2", "--", ".husky")
        left = tour.read_tree()
        differing = sorted(name for name in {*before, *left} if before.get(name) != left.get(name))
        differing = [name for name in differing if not name.startswith(".tierwise/local/")]
        tour.judge("different after uninstall", not differing, ", ".join(differing) or "nothing")
        return tour.wrong


if __name__ == "__main__":
    program = Path(sys.argv[1])
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    chosen = Client(shown.stdout.split()[0], program)
    results = {name: walk(Path(name).resolve(), chosen) for name in sys.argv[2:]}
    for name, wrong in results.items():
        print(f"=== {name}: {', '.join(wrong) or 'all well'}")

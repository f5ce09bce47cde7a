"""What the plugin adds to a turn of the main conversation in a real client: from the prompt to the request.

Three conversations take turns: without the plugin, with its module alone (the router), and with the whole of it, whose
hook on the prompt the turn waits for too.  The stand-in API notes when each turn's first request comes; what is added is
the difference in one round: module, hook, and the client's start of its process.  Milliseconds belong to one machine and
its load; the last line has a bare interpreter's start in the same run.

python bench/turn.py CLIENT [ROUNDS]
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ratio import bare

from tierwise import bundle
from tierwise.verify.client import Client, ClientSession, make_home
from tierwise.verify.stand_in import Loopback, Request
from tierwise.verify.turns import ScriptedTurn, say

POLICY = "version: 1\nextends: balanced\nsession: {routing: on}\n"
PLUGIN = (".claude-plugin", "agents", "bin", "commands", "hooks", "installer", "templates")
PROMPTS = Path(__file__).with_name("hook_prompts.txt")
WAYS = {"without": "", "with the module": "module", "with the plugin": "plugin"}
"""The conversations, and the folder of the plugin that each has."""

ROUNDS_A_CONVERSATION = 12
P95 = 94


class Watch:
    """Answers every request, and notes when the first one of a turn came."""

    def __init__(self) -> None:
        self._came: float | None = None

    def answer(self, _request: Request) -> ScriptedTurn:
        """Take the time of a turn's first request."""
        if self._came is None:
            self._came = time.perf_counter()
        return say("Done.")

    def time_turn(self, session: ClientSession, prompt: str) -> float:
        """Return the seconds from a prompt to its first request."""
        self._came = None
        begun = time.perf_counter()
        session.ask(prompt)
        return (self._came or time.perf_counter()) - begun


def make_repository(folder: Path) -> Path:
    """Make a repository with a compiled policy and without hooks in its settings."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / "tierwise.yaml").write_text(POLICY)
    sync = [sys.executable, "-m", "tierwise", "sync"]
    subprocess.run(sync, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / ".claude", ignore_errors=True)
    return folder


def copy_plugin(folder: Path) -> Path:
    """Copy what an installed plugin holds."""
    source = Path(bundle.path("hooks", "run.py")).parent.parent
    for name in PLUGIN:
        shutil.copytree(source / name, folder / name)
    return folder


def copy_module(plugin: Path, folder: Path) -> Path:
    """Copy a plugin, and take its hooks away but for the module."""
    shutil.copytree(plugin, folder)
    wiring = folder / "hooks" / "hooks.json"
    known = json.loads(wiring.read_text())
    wiring.write_text(json.dumps({**known, "hooks": {}}))
    return folder


def converse(client: Client, top: Path, prompts: Sequence[str]) -> list[tuple[float, ...]]:
    """Hold the three conversations; the seconds of each round in the order of ``WAYS``."""
    watch = Watch()
    rounds = []
    with Loopback(watch.answer) as api, ExitStack() as stack:
        sessions = []
        for way, plugin in WAYS.items():
            options = []
            if plugin:
                options = ["--plugin-dir", str(top / plugin)]
            session = client.session(
                *options, "--model", "opus", cwd=top / way, home=top / "home", url=api.url
            )
            sessions.append(stack.enter_context(session))
        for prompt in prompts:
            rounds.append(tuple(watch.time_turn(session, prompt) for session in sessions))
    return rounds[1:]  # the first turn starts the client


def describe(name: str, seconds: Sequence[float]) -> str:
    """Return a line: median, 95th percentile and most, in milliseconds."""
    middle = statistics.median(seconds) * 1000
    high = statistics.quantiles(seconds, n=100)[P95] * 1000
    return (
        f"{name:<24}{middle:>8.0f} ms median{high:>8.0f} ms p95{max(seconds) * 1000:>8.0f} ms most"
    )


def time_bare() -> float:
    """Return the seconds of a bare interpreter's start."""
    begun = time.perf_counter()
    subprocess.run(bare("-S", "-E"), check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    client = Client("", Path(sys.argv[1]))
    wanted = int((sys.argv[2:] or ["60"])[0])
    prompts = PROMPTS.read_text(encoding="utf-8").split("---\n")
    rounds: list[tuple[float, ...]] = []
    floor: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        make_home(top / "home")
        copy_module(copy_plugin(top / "plugin"), top / "module")
        for way in WAYS:
            make_repository(top / way)
        while len(rounds) < wanted:
            turns = [prompts[number % len(prompts)] for number in range(ROUNDS_A_CONVERSATION)]
            rounds += converse(client, top, turns)
            floor += [time_bare() for _ in range(ROUNDS_A_CONVERSATION)]
    print(f"{len(rounds)} turns, {os.cpu_count()} processors, load {os.getloadavg()[0]:.0f}")
    for place, way in enumerate(WAYS):
        print(describe(way, [seconds[place] for seconds in rounds]))
        added = [seconds[place] - seconds[0] for seconds in rounds]
        if place:
            print(describe("  added", added))
    print(describe("a bare interpreter", floor))


if __name__ == "__main__":
    main()

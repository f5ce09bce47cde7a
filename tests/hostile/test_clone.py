"""A clone whose every command field and file is a trap: no command line and no hook event of ours springs one.

The commands are those of the registry, so a new one is tried by itself; ``ARGUMENTS`` only says more calls of some.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.support.hook import run_shim
from tests.support.limited import (
    MEGABYTES,
    Measured,
    measure_tierwise,
    run_measured,
)
from tests.support.repository import git, git_environment
from tests.support.trap import EVENTS, make_trap

from tierwise import bundle
from tierwise.cli.group import command as tierwise
from tierwise.cli.registry import COMMANDS

ARGUMENTS: dict[str, list[str]] = {
    "backtest": ["backtest tierwise.yaml"],
    "budget": ["budget", "budget --json"],
    "commit check": ["commit check"],
    "do": ["do lint", "do unit-tests"],
    "escalate": ["escalate", "escalate x"],
    "estimate": ["estimate", "estimate feature=3"],
    "experiment": ["experiment light mid --tasks package.json --max-usd 1"],
    "export": ["export --format csv out.csv"],
    "flag": ["flag last good"],
    "gate": ["gate", "gate own", "gate syntax", "gate tests"],
    "git-hooks install": ["git-hooks install"],
    "install": ["install", "install --no-git-hooks --force"],
    "learn": ["learn", "learn --apply"],
    "policy edit": ["policy edit"],
    "preflight": ["preflight --all", "preflight --all --record-baseline"],
    "route": ["route run-the-linter"],
    "run": ["run fix-the-bug --dry-run", "run fix-the-bug"],
    "session": ["session show", "session pin light"],
    "smoke": ["smoke --all"],
    "sync": ["sync", "sync --force"],
    "trust": ["trust --dry-run", "trust --list"],
    "uninstall": ["uninstall --purge"],
    "verify": ["verify"],
    "watch": ["watch --once"],
}


TOOLS = ("Agent", "Workflow", "Bash", "Edit")


def list_calls() -> Iterator[str]:
    """Every command and subcommand of the registry, with arguments where it needs some."""
    context = click.Context(tierwise)
    for name in COMMANDS:
        command = tierwise.get_command(context, name)
        names = [name]
        if isinstance(command, click.Group):
            names = [f"{name} {one}" for one in command.list_commands(context)]
        for one in names:
            yield from ARGUMENTS.get(one, [one])


def list_events() -> list[tuple[str, str]]:
    """Every event, those of tools with each tool that a hook of ours looks at."""
    tools = [(name, tool) for name in EVENTS if "Tool" in name for tool in TOOLS]
    return [*tools, *((name, "") for name in EVENTS if "Tool" not in name)]


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the clone, from which each test has a copy, and what lies beside it."""
    top = tmp_path_factory.mktemp("trap")
    (top / "outside").mkdir()
    (top / "outside" / "precious").write_text("precious\n")
    make_trap(top / "origin", top / "sprung", top / "outside")
    git(top, "clone", "-q", str(top / "origin"), "clone")
    (top / "clone" / "app.py").write_text("a = 1\n")
    return top


@pytest.fixture
def sprung(origin: Path) -> Iterator[Path]:
    path = origin / "sprung"
    path.unlink(missing_ok=True)
    yield path
    assert not path.exists()
    assert (origin / "outside" / "precious").read_text() == "precious\n"
    assert os.listdir(origin / "outside") == ["precious"]


@pytest.fixture
def clone(origin: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(origin / "clone", tmp_path / "clone", symlinks=True))


def make_environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in git_environment().items() if "GIT" in name}
    # The clone's own folder on PATH, as some people have `.` there.
    folders = [str(Path(sys.executable).parent), ".", str(tmp_path / "clone"), os.environ["PATH"]]
    home = tmp_path / "home"
    (home / ".claude").mkdir(parents=True, exist_ok=True)
    return {**kept, "PATH": os.pathsep.join(folders), "HOME": str(home), "EDITOR": "true"}


@pytest.mark.slow
@pytest.mark.parametrize("call", list(list_calls()))
def test_no_command_springs_the_trap(call: str, clone: Path, sprung: Path, tmp_path: Path) -> None:
    require_sound(measure_tierwise(call.split(), clone, make_environment(tmp_path)))


@pytest.mark.slow
@pytest.mark.parametrize("call", ["sync", "preflight --all", "gate own", "run fix-the-bug"])
def test_no_start_of_a_command_springs_the_trap(
    call: str, clone: Path, sprung: Path, tmp_path: Path
) -> None:
    """The start itself: the interpreter's, and the imports of the commands that load most."""
    program = str(Path(sys.executable).parent / "tierwise")
    require_sound(run_measured([program, *call.split()], clone, make_environment(tmp_path)))


def require_sound(done: Measured) -> None:
    """Require that a command has ended by itself, in bounds and without a traceback."""
    assert done.code in range(5), done.said
    assert b"Traceback" not in done.said
    assert done.megabytes < MEGABYTES


@pytest.mark.slow
@pytest.mark.parametrize(("name", "tool"), list_events())
def test_no_event_springs_the_trap(
    name: str, tool: str, clone: Path, sprung: Path, tmp_path: Path
) -> None:
    call = {"description": "d", "prompt": "run the linter", "subagent_type": "bad"}
    call["script"] = f"export const meta = {{name: 'x'}}; agent('touch {sprung}')"
    call["name"] = "endless"
    data = {
        "hook_event_name": name, "session_id": "s", "prompt_id": "p", "cwd": str(clone), "source": "startup",
        "tool_name": tool, "tool_use_id": "t", "agent_id": "a", "agent_type": "bad", "tool_input": call,
        "prompt": "run the linter", "transcript_path": "/dev/zero", "agent_transcript_path": "/dev/zero",
    }  # fmt: skip
    variables = {**make_environment(tmp_path), "CLAUDE_PROJECT_DIR": str(clone)}
    shim = [sys.executable, "-S", "-E", bundle.path("hooks", "run.py"), name]
    done = run_measured(shim, clone, variables, json.dumps(data).encode())
    assert done.code == 0
    assert b"Traceback" not in done.said
    assert done.megabytes < MEGABYTES
    if name == "SessionStart":
        assert b"tierwise trust" in done.said
    if tool != "Workflow":  # whose script is the model's own
        assert str(sprung).encode() not in done.said


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["pre-commit", "commit-msg", "post-checkout", "post-merge"])
def test_no_git_hook_springs_the_trap(hook: str, clone: Path, sprung: Path, tmp_path: Path) -> None:
    (clone / "message").write_text("feat: y\n")
    arguments = {"commit-msg": ["message"], "post-checkout": ["0" * 40, "1" * 40, "1"]}
    program = str(Path(sys.executable).parent / "tierwise-hook")
    call = [program, hook, *arguments.get(hook, [])]
    done = run_measured(call, clone, make_environment(tmp_path))
    assert done.code in (0, 1), done.said
    assert b"Traceback" not in done.said
    assert done.megabytes < MEGABYTES


@pytest.mark.parametrize("depth", [1_000, 100_000])
@pytest.mark.parametrize("name", EVENTS)
def test_deep_json_is_no_failure_of_a_hook(name: str, depth: int, repository: Path) -> None:
    deep = b"[" * depth + b"]" * depth
    data = b'{"hook_event_name": "%s", "cwd": "%s", "tool_input": %s}'
    done = run_shim(name, data % (name.encode(), bytes(repository), deep))
    assert done.returncode == 0
    assert done.stderr == b""

"""The list of commands, and what ``--help`` may cost."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise.cli.registry import COMMANDS

HEAVY = {"anthropic", "pydantic", "rich", "watchdog", "msgspec", "frontmatter", "sqlite3"}


def modules_after(*arguments: str, cwd: Path | None = None) -> set[str]:
    """The top-level modules that are loaded once ``tierwise ARGUMENTS`` has run."""
    script = (
        "import sys; from tierwise.cli import run; run(sys.argv[1:]);"
        "print('\\n' + ' '.join({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_help_line_is_the_one_in_the_registry(name: str) -> None:
    module, line = COMMANDS[name]
    command = importlib.import_module(f"tierwise.cli.commands.{module}").command
    assert command.name == name
    assert command.get_short_help_str(limit=200) == line


def test_help_loads_nothing_heavy() -> None:
    assert modules_after("--help") & (HEAVY | {"yaml"}) == set()


@pytest.mark.slow
def test_check_does_not_load_the_anthropic_package(repository: Path) -> None:
    assert (
        modules_after("check", cwd=repository) & {"anthropic", "watchdog", "msgspec", "rich"}
        == set()
    )


def test_an_unknown_command_is_named_with_the_nearest_known_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tierwise", "instal"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert 'There is no command "instal". Did you mean "install"?' in done.stderr


@pytest.mark.parametrize("arguments", [[], ["policy"]])
def test_a_call_that_names_no_command_gets_the_help_line_by_line(arguments: list[str]) -> None:
    call = [sys.executable, "-m", "tierwise", *arguments]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert "\n  -h, --help  Show this message and exit.\n" in done.stdout + done.stderr


def test_outside_a_repository_the_error_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tierwise", "check"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert "git init" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_module_run_by_name_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    for name in ("yaml", "json", "click"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)\n")
    done = subprocess.run(
        [sys.executable, "-m", "tierwise", "policy", "show"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "in no git repository" in done.stderr

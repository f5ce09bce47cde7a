"""What is installed and no commit holds, as commands find it in a checkout of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.repository import make_repository

from tierwise.cascade.checkouts import open_change_set
from tierwise.gates.installed import find_installed, make_variables
from tierwise.gates.runs import Run, run_on_tree

_IGNORED = "node_modules/\nvenv/\n.venv/\n.tierwise/\n"


def run_on_both(home: Path, command: str) -> tuple[Run, Run]:
    """Run a command on the state before the change, and on the files as they are, in checkouts."""
    with open_change_set(str(home), "", "HEAD", "", links=(), own_folder=str(home)) as change:
        base = run_on_tree(change, command, change.base_tree, 60)
        now = run_on_tree(change, command, change.tree, 60)
    return base, now


def write_files(home: Path, files: dict[str, str]) -> None:
    """Write files, folders included."""
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("place", ["", "app/"])
def test_installed_packages_are_there_in_every_checkout(place: str, tmp_path: Path) -> None:
    files = {".gitignore": _IGNORED, f"{place}package.json": "{}\n"}
    home = make_repository(tmp_path / "home", files)
    package = f"{place}node_modules/tool/word.txt"
    write_files(home, {package: "installed\n"})
    base, now = run_on_both(home, f"cat {package}")
    assert base.output == now.output == "installed\n"


@pytest.mark.slow
def test_a_workspace_is_that_of_the_checkout(tmp_path: Path) -> None:
    files = {
        ".gitignore": _IGNORED,
        "package.json": '{"workspaces": ["packages/*"]}\n',
        "packages/own/word.txt": "before\n",
    }
    home = make_repository(tmp_path / "home", files)
    (home / "node_modules").mkdir()
    (home / "node_modules/own").symlink_to("../packages/own")
    (home / "packages/own/word.txt").write_text("now\n")
    base, now = run_on_both(home, "cat node_modules/own/word.txt")
    assert (base.output, now.output) == ("before\n", "now\n")


@pytest.mark.slow
def test_a_checkout_is_not_the_project_that_is_installed_for_editing(tmp_path: Path) -> None:
    files = {
        ".gitignore": _IGNORED,
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
        "src/shop.py": "WORD = 'before'\n",
    }
    home = make_repository(tmp_path / "home", files)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / ".venv"], check=True)
    packages = next((home / ".venv").glob("[lL]ib/**/site-packages"))
    (packages / "shop.pth").write_text(f"{home / 'src'}\n")
    (home / "src/shop.py").write_text("WORD = 'now'\n")
    python = os.path.join(".venv", "bin" if os.name != "nt" else "Scripts", "python")
    base, now = run_on_both(home, f'{python} -c "import shop; print(shop.WORD)"')
    assert (base.output, now.output) == ("before\n", "now\n")


def test_an_environment_that_a_command_names_is_looked_at(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "checkout"
    packages = tmp_path / "elsewhere/lib/python3.11/site-packages"
    write_files(packages, {"shop.pth": f"{home / 'src'}\n"})
    write_files(home, {"src/shop.py": ""})
    write_files(folder, {"pyproject.toml": "", "src/shop.py": ""})
    command = f"X=1 '{tmp_path}/elsewhere/bin/python' -m pytest"
    variables = make_variables(str(home), str(folder), command)
    assert variables["PYTHONPATH"].split(os.pathsep)[0] == str(folder / "src")


def test_the_users_own_tree_needs_no_variables(tmp_path: Path) -> None:
    write_files(tmp_path, {"pyproject.toml": ""})
    assert make_variables(str(tmp_path), str(tmp_path), "pytest") == {}


@pytest.mark.slow
def test_only_what_is_there_counts_as_installed(tmp_path: Path) -> None:
    files = {".gitignore": _IGNORED, "package.json": "{}\n", "app/package.json": "{}\n"}
    home = make_repository(tmp_path / "home", files)
    for folder in ("venv", "app/node_modules", "docs/node_modules"):
        (home / folder).mkdir(parents=True)
    assert find_installed(str(home), "") == ("app/node_modules", "venv")

"""Real git repositories for tests, without the machine's own git configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

# Of what git puts into every new repository, one file a folder: copying the others takes longest.
TEMPLATE = ("hooks/pre-commit.sample", "info/exclude")
_ONE_AT_A_TIME = threading.Lock()
_ROLES = ("AUTHOR", "COMMITTER")


def git_environment() -> dict[str, str]:
    """The caller's environment, without its git settings and with a made-up author."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    names = {f"GIT_{role}_NAME": "A. Tester" for role in _ROLES}
    mails = {f"GIT_{role}_EMAIL": "tester@example.invalid" for role in _ROLES}
    return kept | names | mails | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *arguments: str) -> str:
    """Run git in ``folder`` and give its output; raises where git fails."""
    call = ["git", *arguments]
    return subprocess.run(
        call, cwd=folder, env=git_environment(), check=True, capture_output=True, encoding="utf-8"
    ).stdout


def make_repository(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """A new git repository at ``folder`` with ``files`` (relative path -> content) in its first commit.

    What the folder holds already is in that commit too.
    """
    wanted = {"README.md": "# A project\n"} | (files or {})
    if folder.is_dir() and any(folder.iterdir()):
        _commit_first(folder, wanted)
        return folder
    shutil.copytree(_find_pattern(frozenset(wanted.items())), folder, dirs_exist_ok=True)
    git(folder, "update-index", "-q", "--refresh")
    return folder


@cache
def _find_pattern(files: frozenset[tuple[str, str | bytes]]) -> Path:
    """A repository with these files that nobody changes: to copy one takes a third of making one."""
    with _ONE_AT_A_TIME:  # or two threads make a folder each, and the first goes with what is in it
        patterns = _find_patterns().name
    folder = Path(tempfile.mkdtemp(dir=patterns)) / "repository"
    folder.mkdir()
    _commit_first(folder, dict(files))
    return folder


@cache
def _find_patterns() -> tempfile.TemporaryDirectory[str]:
    """The folder of this process's patterns; it goes with the process."""
    return tempfile.TemporaryDirectory(prefix="tierwise-patterns-")


def _commit_first(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Make ``folder`` a repository of all that it holds and of ``files``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    git(folder, "init", "-q", "-b", "main", "--template=")
    for name in TEMPLATE:
        (folder / ".git" / name).parent.mkdir()
        (folder / ".git" / name).write_text("# Git's own template has this file.\n")
    git(folder, "add", ".")
    # Git would pack many files behind our back, while the folder is copied.
    git(
        folder,
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=false",
        "commit",
        "-q",
        "-m",
        "docs: begin",
    )

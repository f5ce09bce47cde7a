"""Real git repositories for tests, without the machine's own git configuration."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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
    """A new git repository at ``folder`` with ``files`` (relative path -> content) in its first commit."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ({"README.md": "# A project\n"} | (files or {})).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "docs: begin")
    return folder

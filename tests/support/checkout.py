"""This project itself, as a test needs it: its policy's data, its command, and a clean copy of its files."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from tests.support.warm import run_tierwise

ROOT = Path(__file__).resolve().parent.parent.parent
_NOT_SHIPPED = shutil.ignore_patterns(
    ".git", ".venv", ".tierwise-local", "__pycache__", "dist", "build", ".*_cache"
)


def preset(name: str = "balanced") -> dict[str, Any]:
    """A shipped preset as plain YAML data: what a test compares with, read without the package."""
    text = (ROOT / "templates" / "presets" / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def tier_of(policy: Mapping[str, Any], agent: str) -> tuple[str, str]:
    """The ``(model, effort)`` that plain policy data gives an agent."""
    choice = policy["agents"][agent]
    choice = choice if isinstance(choice, dict) else {"tier": choice}
    tier = policy["tiers"][choice["tier"]]
    return tier["model"], choice.get("effort", tier["effort"])


def shipped(folder: str) -> list[str]:
    """The names of the shipped agents or commands."""
    return sorted(path.stem for path in (ROOT / folder).glob("*.md"))


def leave_out_all_but(*kept: str, **changed: str) -> str:
    """Lines of a policy, quick to prove: of all that is shipped these agents alone, some on another tier."""
    choices = {name: "off" for name in shipped("agents") if name not in kept} | changed
    agents = ", ".join(f"{name}: {choice}" for name, choice in choices.items())
    commands = ", ".join(f"{name}: off" for name in shipped("commands"))
    return f"agents: {{{agents}}}\ncommands: {{{commands}}}\n"


def tierwise(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the ``tierwise`` command in ``folder``; the exit code is the caller's to judge."""
    own = {**os.environ, "NO_COLOR": "1", **(env or {})}
    return run_tierwise(*arguments, cwd=folder, env=own)


def copy_checkout(folder: Path) -> Path:
    """The project's files in a folder of their own, without what git ignores."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode:  # a source distribution
        shutil.copytree(ROOT, folder, ignore=_NOT_SHIPPED)
        return folder
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder

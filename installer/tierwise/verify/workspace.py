"""A repository and a home folder for the client, with the user's policy and nothing else of theirs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tierwise import repo
from tierwise.claude_hooks.agent_file import frontmatter_value
from tierwise.domain import table
from tierwise.errors import OutsideError
from tierwise.processes import explain_failure
from tierwise.sync.repository import sync
from tierwise.user_launcher import write_launcher
from tierwise.verify.cases import OWN_AGENTS
from tierwise.verify.client import make_home

COPIED_FOLDERS = (".claude/agents", ".claude/commands", ".tierwise")
NOT_COPIED = shutil.ignore_patterns("local")
STARTER = "version: 1\nextends: balanced\n"


@dataclass(frozen=True)
class Workspace:
    """Where the client runs.  ``table`` is the compiled policy; ``settings`` what was copied of the user's."""

    root: Path
    homes: tuple[Path, ...]
    table: Mapping[str, object]
    settings: Mapping[str, object]

    def agents(self) -> list[str]:
        """The names of the agents in the repository."""
        return sorted(path.stem for path in (self.root / ".claude" / "agents").glob("*.md"))

    def commands(self) -> dict[str, dict[str, str]]:
        """Command -> the model and effort in its file."""
        folder = self.root / ".claude" / "commands"
        return {path.stem: read_pins(path) for path in sorted(folder.glob("*.md"))}


def read_pins(path: Path) -> dict[str, str]:
    """The model and effort in a file's frontmatter; a key without a value is left out."""
    text = path.read_bytes()
    values = {key: frontmatter_value(text, key.encode()) for key in ("model", "effort")}
    return {key: value for key, value in values.items() if value}


def make_workspace(
    folder: Path, source: str | None, settings: Mapping[str, object], homes: int
) -> Workspace:
    """A copy of the policy of ``source`` (None: the balanced preset), synced.  Raises TierwiseError."""
    root = folder / "repository"
    root.mkdir()
    done = subprocess.run(["git", "init", "-q", str(root)], capture_output=True, text=True)
    if done.returncode:
        raise OutsideError(
            f"git cannot make a repository: {explain_failure(done)}", place=str(root)
        )
    if source is not None:
        _copy_policy(Path(source), root)
    if not (root / repo.POLICY).exists():
        (root / repo.POLICY).write_text(STARTER, encoding="utf-8")
    agents = root / ".claude" / "agents"
    agents.mkdir(parents=True, exist_ok=True)
    for name, text in OWN_AGENTS.items():
        (agents / f"{name}.md").write_text(text.format(name=name), encoding="utf-8")
    sync(str(root))
    local = root / ".claude" / "settings.local.json"
    local.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    found = table.load(str(root)) or table.load_default()
    made = tuple(_make_home_with_launcher(folder / f"home{number}") for number in range(homes))
    return Workspace(root, made, found, settings)


def _make_home_with_launcher(folder: Path) -> Path:
    """A home whose launcher starts this very Tierwise: what is on the user's PATH does not matter."""
    made = make_home(folder)
    write_launcher({"HOME": str(made)})
    return made


def _copy_policy(source: Path, root: Path) -> None:
    for name in COPIED_FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, root / name, ignore=NOT_COPIED)
    shared = table.load_shared(str(source)) or {}
    sources = shared.get("sources")
    for name in {repo.POLICY, *(sources if isinstance(sources, dict) else ())}:
        path = source / name
        if path.is_file() and not os.path.isabs(name):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, root / name)

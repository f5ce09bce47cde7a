"""A project's own configuration, and the commands that can be proposed by it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tierwise.checks.languages.toml_text import load_toml_reader
from tierwise.files import read_text
from tierwise.loose import as_mapping

PYPROJECT = "pyproject.toml"
PACKAGE = "package.json"
QUICK = ("pre-commit", "preflight", "smoke")
SLOW = ("smoke",)


@dataclass(frozen=True)
class Proposal:
    """A command for one kind of automated work.

    ``command`` checks the whole project (for ``automated:``), ``run`` only the changed files where the tool can
    (for ``checks.commands``, with ``{files}``); both are empty where the project only has a command that rewrites.
    ``fix`` rewrites, empty where nothing does.  ``because`` names the file that gave it away.
    """

    kind: str
    command: str
    because: str
    run: str
    files: tuple[str, ...] = ()
    on: tuple[str, ...] = QUICK
    fix: str = ""

    @property
    def command_to_run(self) -> str:
        """The command for who wants this work: to format is to have it done, elsewhere the answer counts."""
        if self.kind == "format" and self.fix:
            return self.fix
        return self.command


def propose_whole(
    kind: str,
    command: str,
    because: str,
    *,
    files: tuple[str, ...] = (),
    on: tuple[str, ...] = QUICK,
    fix: str = "",
) -> Proposal:
    """Propose a command that looks at the whole project, whatever was changed."""
    return Proposal(
        kind=kind,
        command=command,
        because=because,
        run=command,
        files=files,
        on=on,
        fix=fix,
    )


def propose_for_files(
    kind: str,
    command: str,
    because: str,
    files: tuple[str, ...],
    fix: str = "",
) -> Proposal:
    """Propose a command that takes the files to look at."""
    return Proposal(
        kind=kind,
        command=f"{command} .",
        because=because,
        run=f"{command} {{files}}",
        files=files,
        fix=fix,
    )


class Project:
    """The configuration files of a project, each read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pyproject = read_toml(root / PYPROJECT)
        self.tools = as_mapping(self.pyproject.get("tool"))
        self.package = read_json(root / PACKAGE)
        self.scripts = as_mapping(self.package.get("scripts"))
        self.node_tools = {
            **as_mapping(self.package.get("dependencies")),
            **as_mapping(self.package.get("devDependencies")),
        }

    def has(self, *patterns: str) -> str:
        """Return the first file that a pattern finds at the root, or empty."""
        for pattern in patterns:
            for path in sorted(self.root.glob(pattern)):
                return path.name
        return ""

    def text(self, name: str) -> str:
        """Return the text of a file at the root; empty where it has none."""
        return read_text(str(self.root / name))

    def section(self, title: str) -> str:
        """Return ``setup.cfg`` where it has that section, else empty."""
        lines = self.text("setup.cfg").splitlines()
        if title not in lines:
            return ""
        return "setup.cfg"

    def declares(self, name: str) -> bool:
        """Return whether pyproject.toml or a requirements file asks for a distribution."""
        quoted = re.escape(name)
        pattern = re.compile(rf"(?m)(?:^|[\"'\s]){quoted}(?:$|[\s\"'\[<>=!~;,])")
        paths = [*self.root.glob("*requirements*.txt"), self.root / PYPROJECT]
        texts = [read_text(str(path)) for path in paths]
        return any(pattern.search(text) for text in texts)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables in a TOML file; none where it is absent or faulty, which the check of its syntax says."""
    toml = load_toml_reader()
    if toml is None:
        return {}
    try:
        return as_mapping(toml.loads(read_text(str(path))))
    except (ValueError, RecursionError):
        return {}


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty where it is absent, faulty or something else."""
    try:
        return as_mapping(json.loads(read_text(str(path))))
    except (ValueError, RecursionError):
        return {}

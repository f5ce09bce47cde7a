"""The real clients of other tools, where they are installed, and a stage for a session of theirs."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tierwise.verify.tools.session import Stage

_FOLDER = Path.home() / ".cache" / "tierwise-clients"
# Some clients want a newer Node.js than a distribution has: npm's package `node` brings one.
_NODE = shutil.which("node", path=os.fspath(_FOLDER / "node-22" / "node_modules" / ".bin"))
_NODE = _NODE or shutil.which("node")


def find_client(name: str, program: str) -> Path:
    """Where a client is, as `npm install` in a folder of its name and version puts it, or as pip does in an environment."""
    by_pip = _FOLDER / name / "bin" / program
    if by_pip.exists():
        return by_pip
    return _FOLDER / name / "node_modules" / ".bin" / program


CODEX = find_client("codex-0.171.0", "codex")


def mark_client(client: Path, label: str) -> list[pytest.MarkDecorator]:
    """The marks of tests that run a tool's client: they are left out where it is not installed."""
    is_missing = not client.exists() or _NODE is None
    missing = pytest.mark.skipif(is_missing, reason=f"{label} is not installed")
    return [pytest.mark.client, pytest.mark.slow, missing]


def make_stage(project: Path, home: Path) -> Stage:
    """A stage on which the client finds node, git and this very Tierwise."""
    own = [os.path.dirname(_NODE or ""), os.path.dirname(sys.executable), "/usr/bin", "/bin"]
    return Stage(project, home, os.pathsep.join(own))

"""The real clients of other tools, where they are installed, and a stage for a session of theirs."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tierwise.verify.tool_session import Stage

_FOLDER = Path.home() / ".cache" / "tierwise-clients"
CODEX = _FOLDER / "codex-0.171.0" / "node_modules" / ".bin" / "codex"
OPENCODE = _FOLDER / "opencode-1.18.33" / "node_modules" / ".bin" / "opencode"
_NODE = shutil.which("node")


def mark_client(client: Path, label: str) -> list[pytest.MarkDecorator]:
    """The marks of tests that run a tool's client: they are left out where it is not installed."""
    is_missing = not client.exists() or _NODE is None
    missing = pytest.mark.skipif(is_missing, reason=f"{label} is not installed")
    return [pytest.mark.client, pytest.mark.slow, missing]


def make_stage(project: Path, home: Path) -> Stage:
    """A stage on which the client finds node, git and this very Tierwise."""
    own = [os.path.dirname(sys.executable), os.path.dirname(_NODE or ""), "/usr/bin", "/bin"]
    return Stage(project, home, os.pathsep.join(own))

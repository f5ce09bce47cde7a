"""What single checks find."""

from __future__ import annotations

from pathlib import Path

from tests.support.hooked import check_text

from tierwise.checks.builtin import dependencies
from tierwise.checks.dependencies.python_environment import find_site_packages
from tierwise.checks.model import CheckContext, TreeCheck
from tierwise.checks.registry import load_check
from tierwise.checks.staged import Staged
from tierwise.domain.change import Finding, Snapshot


def find_paths(
    name: str, root: Path, snapshot: Snapshot | None = None, **settings: object
) -> list[str]:
    """The paths that a check names, in what is staged unless there is another snapshot."""
    snapshot = snapshot or Staged(str(root))
    return [finding.path for finding in find_in(name, snapshot, **settings)]


def find_in(name: str, snapshot: Snapshot, **settings: object) -> list[Finding]:
    """The findings of a check of whole changes."""
    check = load_check(name)
    assert isinstance(check, TreeCheck)
    return check.find(snapshot, snapshot.changes, CheckContext(options=settings))


def find_lines(name: str, path: str, text: str) -> list[int]:
    """The lines that a check of contents names in a text."""
    return [finding.line for finding in check_text(name, path, text)]


def find_missing(root: Path) -> list[str]:
    """What the check of dependencies says of a project."""
    find_site_packages.cache_clear()
    return [finding.message for finding in dependencies.CHECK.find(CheckContext(root=str(root)))]

"""Repositories with a policy, for tests of what is generated from it."""

from __future__ import annotations

from pathlib import Path

from tests.support.trust import trust

from tierwise.sync.change import Plan
from tierwise.sync.options import NOTHING, SyncOptions
from tierwise.sync.repository import sync


def write_policy(root: Path, text: str = "") -> None:
    """Put a policy into a repository: ``version: 1`` and ``text``."""
    (root / "tierwise.yaml").write_text(f"version: 1\n{text}", encoding="utf-8")


def synced(root: Path, text: str = "", options: SyncOptions = NOTHING) -> Plan:
    """Write a policy, trust it, and bring the repository up to it, as install does."""
    write_policy(root, text)
    trust(root)
    return sync(str(root), options)


def snapshot(root: Path) -> dict[str, bytes]:
    """Every file of a folder but git's own, by relative path."""
    files = (
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    )
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def status(plan: Plan) -> dict[str, str]:
    """Path -> status of everything that is not in sync."""
    return {change.path: change.status for change in plan.drift}

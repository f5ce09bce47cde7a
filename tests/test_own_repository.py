"""The repository is its own first user."""

from __future__ import annotations

from pathlib import Path

from tests.support.checkout import copy_checkout

from tierwise.sync.repository import plan_sync


def test_what_this_repository_generates_follows_its_policy(tmp_path: Path) -> None:
    copy = copy_checkout(tmp_path / "checkout")
    assert [(change.path, change.status) for change in plan_sync(str(copy)).drift] == []

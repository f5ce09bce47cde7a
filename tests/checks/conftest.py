"""A repository for git hooks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")

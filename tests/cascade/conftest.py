"""The repository that a run starts from."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import make_repository


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    return make_repository(
        tmp_path / "repository", {"a.txt": "one\n", "src/b.txt": "two\n", ".gitignore": "deps/\n"}
    )

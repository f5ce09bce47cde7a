"""A repository that is in sync, and an environment without a client."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.policies import synced


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    return repository


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    """An environment with a home of its own and no client."""
    return {"HOME": str(home), "PATH": os.defpath}

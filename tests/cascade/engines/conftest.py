"""A project that the API alone works on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.cascade import make_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", "no-such-client", "  batch_poll_seconds: 0.05\n")

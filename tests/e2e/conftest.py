"""What the tests of the plugin share: clients that load its module, and a copy of the plugin."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import real_client
from tests.support.checkout import copy_checkout

from tierwise.verify.client import Client


@pytest.fixture(params=["2.1.329", "2.1.332"])
def modern_client(request: pytest.FixtureRequest) -> Client:
    """The clients that load modules."""
    return real_client(str(request.param))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout, which tests of one module share and none may change."""
    return copy_checkout(tmp_path_factory.mktemp("plugin") / "tierwise")

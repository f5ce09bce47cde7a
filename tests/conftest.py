"""Fixtures that several rooms share: a git repository, a home, the real clients, their stand-in API."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from tests.support.interpreter import skip_version_manager
from tests.support.processor import pytest_addoption, pytest_configure
from tests.support.repository import make_repository
from tests.support.shares import pytest_collection_modifyitems
from tests.support.stand_in import Loopback

from tierwise.user_launcher import write_launcher
from tierwise.verify import clients
from tierwise.verify.client import Client, make_home

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure"]

# Thousands of tests are collected and kept to the end: what collects garbage need not look at them, then or later.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
    # A pytest that a test starts needs none of this environment's plugins, which take longer to load than itself.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"


skip_version_manager()

# Whether a missing client fails a test is decided where the run started; the tests themselves are no CI job:
# a policy routes otherwise there, and those that ask for it say so.
CLIENTS_REQUIRED = bool(os.environ.get("CI"))
os.environ.pop("CI", None)

# Started in the background by some shells, this process ignores Ctrl-C, and all that the tests start would, too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def state_folder(
    request: pytest.FixtureRequest, homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of its own for what Tierwise notes of its user: that of the ``home`` that clients are given.

    A test that needs no folder is made none: two of three need none.
    """
    if "tmp_path" in request.fixturenames:
        home = request.getfixturevalue("tmp_path") / "home"
    else:
        home = next(homes)
    return set_state_folder(home, monkeypatch)


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Places for homes, none of them made, each of them new."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home for what a module's tests look at together; what Tierwise notes of its user stands there."""
    folder = make_home(tmp_path_factory.mktemp("shared") / "home")
    write_launcher({"HOME": str(folder)})
    with pytest.MonkeyPatch.context() as patch:
        set_state_folder(folder, patch)
        yield folder


def set_state_folder(home: Path, patch: pytest.MonkeyPatch) -> Path:
    """Have Tierwise note what it notes of its user below this home."""
    folder = home / ".local" / "state"
    patch.setenv("XDG_STATE_HOME", str(folder))
    patch.setenv("XDG_DATA_HOME", str(home / ".local" / "share"))
    patch.delenv("TIERWISE_TRUST", raising=False)
    return folder


@pytest.fixture(params=clients.VERSIONS)
def client(request: pytest.FixtureRequest) -> Client:
    """Every client version the project is measured on, one test each."""
    return real_client(str(request.param), required=CLIENTS_REQUIRED)


@pytest.fixture(scope="session")
def newest_client() -> Client:
    """Only the newest client, for what does not differ between versions."""
    return real_client(clients.NEWEST, required=CLIENTS_REQUIRED)


@pytest.fixture
def api() -> Iterator[Loopback]:
    """A stand-in API whose scripts the test sets: ``api.main = […]``, ``api.agents["explorer"] = […]``."""
    with Loopback() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder of its own for a client run."""
    folder = make_home(tmp_path / "home")
    write_launcher({"HOME": str(folder)})
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A fresh git repository with one commit."""
    return make_repository(tmp_path / "repository")


def real_client(version: str, *, required: bool = False) -> Client:
    """The client, fetched if need be.  Skips where there is none and no npm to fetch it; never under CI."""
    try:
        return Client(version, clients.fetch(version))
    except clients.ClientMissingError as reason:
        if required or clients.required():
            raise
        pytest.skip(str(reason))

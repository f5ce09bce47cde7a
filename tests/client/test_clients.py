"""Finding the clients, and when doing without them is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import real_client

from tierwise.verify import clients


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without clients, without npm and outside CI."""
    monkeypatch.setenv("TIERWISE_CLIENT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    clients._ask_npm.cache_clear()


def test_a_cached_client_is_found_without_npm(nowhere: None, tmp_path: Path) -> None:
    program = tmp_path / "cache/9.9.9/node_modules" / clients.package() / "claude"
    program.parent.mkdir(parents=True)
    program.touch()
    assert clients.fetch("9.9.9") == program


def test_without_npm_the_client_tests_are_skipped_with_the_reason(nowhere: None) -> None:
    with pytest.raises(
        pytest.skip.Exception, match=r"9\.9\.9 is not in .*cache, and npm.* is not installed"
    ):
        real_client("9.9.9")


def test_in_ci_they_fail_instead(nowhere: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(clients.ClientMissingError):
        real_client("9.9.9")


def test_where_npm_fails_they_fail_too(
    nowhere: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no such version' >&2\nexit 1\n")
    npm.chmod(0o755)
    with pytest.raises(clients.ClientMissingError, match="no such version"):
        real_client("9.9.9")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_tag_is_resolved_by_npm_and_a_number_needs_none(
    nowhere: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert clients.resolve("9.9.9") == "9.9.9"
    with pytest.raises(clients.ClientMissingError, match="latest"):
        clients.resolve("latest")
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 9.9.8\n")
    npm.chmod(0o755)
    assert clients.resolve("latest") == "9.9.8"

"""`tierwise trust` as a person and a script read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.support.policies import write_policy

from tierwise.cli.commands.trust import command


def call(*arguments: str) -> str:
    done = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    assert done.exception is None
    return done.output


@pytest.fixture(autouse=True)
def here(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_policy(repository, "automated: {lint: ./check-it}\n")
    monkeypatch.chdir(repository)


def test_a_look_says_whether_it_is_trusted_and_notes_nothing() -> None:
    assert "Allow them with `tierwise trust`." in call("--dry-run")
    assert "Allow them with `tierwise trust`." in call("--dry-run")
    assert "Trusted." in call()
    assert "You trust them already." in call("--dry-run")
    assert "You trust them already." in call()


@pytest.mark.parametrize("arguments", [(), ("--dry-run",), ("--list",), ("--revoke",)])
def test_json_says_its_version(arguments: tuple[str, ...]) -> None:
    assert json.loads(call("--json", *arguments))["schema_version"] == 1

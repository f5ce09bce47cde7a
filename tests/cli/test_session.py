"""``tierwise session``: a conversation's routing shown, pinned, paused, resumed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.claude_hooks.turns.test_answers import begin, end, set_routing

from tierwise.cli.commands.session import SESSION_VARIABLE, command


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    set_routing(repository, "on")
    monkeypatch.chdir(repository)
    monkeypatch.delenv(SESSION_VARIABLE, raising=False)
    begin(repository)
    end(repository)
    return repository


def call(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.output))


def test_the_newest_conversation_is_shown(root: Path) -> None:
    shown = call()
    assert (shown["session"], shown["tier"], shown["paused"]) == ("session", "mid", "")


def test_a_pin_holds_until_it_is_taken_away(root: Path) -> None:
    call("pin", "light")
    assert begin(root, number=2)["model"] == "haiku"
    call("resume")
    assert begin(root, number=3)["model"] == "sonnet"


def test_a_paused_conversation_is_left_alone(root: Path) -> None:
    call("pause")
    assert begin(root, number=2) == {"record": True}
    call("resume")
    assert begin(root, number=3)["model"] == "sonnet"


def test_an_unknown_tier_is_refused_with_the_names(root: Path) -> None:
    done = CliRunner().invoke(command, ["pin", "huge"])
    assert "light, mid, frontier" in getattr(done.exception, "remedy", "")

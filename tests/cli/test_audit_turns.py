"""The turns of main conversations in ``tierwise audit``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event

from tierwise.cli import run
from tierwise.cli.audit_turns import describe_turns

OPUS = "claude-opus-5-5"
STEP = {"model": "claude-sonnet-5-5", "input_tokens": 10, "output_tokens": 100}


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one routed turn, as the plugin's module told of it."""
    compiled(repository, "extends: balanced\nsession: {routing: on}\n")
    monkeypatch.chdir(repository)
    turn = {"turn_id": "turn-1"}
    ask(event("TurnStart", repository, **turn, prompt="Add a button", model=OPUS))
    ask(event("TurnComplete", repository, **turn, steps=[STEP], tools=[]))
    return repository


def test_a_turn_is_shown_with_what_was_decided_and_served(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit"]) == 0
    shown = capsys.readouterr().out.splitlines()
    place = shown.index("turns of the main conversation:")
    line, saving = shown[place + 1 : place + 3]
    assert "mid (on)" in line and "-> talk  claude-sonnet-5-5  $0.0010" in line
    assert "claude-opus-5-5" in saving


def test_the_json_has_the_rows(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["turns"]
    assert (row["tier"], row["calls"], row["own_model"]) == ("mid", 1, OPUS)


def test_only_turns_from_the_start_on_are_listed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["audit", "--json", "--since", "2999-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["turns"] == []
    assert list(describe_turns([], 5)) == []

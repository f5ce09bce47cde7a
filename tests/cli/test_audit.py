"""``tierwise audit`` on the command line."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event, spawn_event

from tierwise.cli import run
from tierwise.cli.audit import since_time
from tierwise.errors import TierwiseError

NOW = datetime.datetime(2026, 11, 19, 12, 0, tzinfo=datetime.timezone.utc)  # a Thursday


@pytest.fixture
def root(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    compiled(repository, "extends: balanced\nmode: manual\n")
    monkeypatch.chdir(repository)
    return repository


def serve(root: Path, number: int, model: str) -> None:
    reply = {"agentId": f"a{number}", "resolvedModel": model}
    names = {"tool_name": "Agent", "tool_input": {}, "tool_use_id": f"toolu_{number:04d}"}
    ask(event("PostToolUse", root, **names, tool_response=reply))


def test_an_empty_ledger_says_so(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit"]) == 0
    assert "No spawn is recorded yet" in capsys.readouterr().out


def test_it_lists_spawns_the_compliance_rate_and_every_override(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(spawn_event(root, 1))
    serve(root, 1, "claude-haiku-5-5")
    ask(spawn_event(root, 2, model="opus"))
    serve(root, 2, "claude-sonnet-5-5")
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "followed      Explore" in out
    assert "not-followed  Explore" in out
    assert "1 of 2 served as decided (50%)" in out
    assert "override (kept): main asked for opus for Explore" in out


def test_the_json_joins_the_rows(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(spawn_event(root, 1))
    serve(root, 1, "claude-haiku-5-5")
    assert run(["audit", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["compliance"] == {"rate": 1.0, "followed": 1, "served": 1}
    assert (report["overrides"], report["unrouted"], report["outcomes"]) == (
        [],
        [],
        {"followed": 1},
    )
    (spawn,) = report["spawns"]
    assert (spawn["agent"], spawn["tier"], spawn["model"], spawn["effort"]) == (
        "Explore",
        "light",
        "haiku",
        "medium",
    )
    assert spawn["wrote"] == {"model": "haiku", "effort": "medium"}
    assert spawn["served"] == {"model": "claude-haiku-5-5", "effort": None}


def test_since_leaves_out_what_was_before(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(spawn_event(root, 1))
    assert run(["audit", "--since", "2999-01-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["spawns"] == []


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("24h", "2026-11-18T12:00:00"),
        ("7d", "2026-11-12T12:00:00"),
        ("monday", "2026-11-16T00:00:00"),
        ("2026-11-01", "2026-11-01T00:00:00"),
        ("2026-11-01T05:00:00+02:00", "2026-11-01T03:00:00"),
    ],
)
def test_since_takes_spans_days_and_dates(words: str, moment: str) -> None:
    assert since_time(words, NOW) == moment + ".000Z"


@pytest.mark.parametrize(
    "words", ["lately", "99999999d", "2026-13-45", "0001-01-01T00:00:00+23:00"]
)
def test_since_refuses_words_that_are_no_time(words: str) -> None:
    with pytest.raises(TierwiseError, match="no point in time"):
        since_time(words, NOW)

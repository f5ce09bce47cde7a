"""``tierwise audit`` on the command line."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event, spawn_event
from tests.support.reference import find_unnamed

from tierwise import ledger
from tierwise.cli import run
from tierwise.cli.commands.audit import since_time
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
    assert "rerouted: Explore, ran once on claude-sonnet-5-5 where the call says opus" in out


def test_a_line_end_in_a_name_fakes_no_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = "x\nFAKED"
    ask(spawn_event(root, 1, subagent_type=bad, model="opus"))
    decision = {"row": "decision", "tool_use_id": "t2", "agent": bad, "tier": bad, "kind": bad}
    decision |= {"fallback": bad, "override": {"who": bad, "asked": bad, "why": bad}}
    decision |= {"model": bad, "asked": {"model": bad}, "wrote": {"model": bad}}
    for row in (
        decision,
        {"row": "served", "tool_use_id": "t2", "agent": bad, "model": "y\nFAKED"},
        {"row": "served", "tool_use_id": "t3", "agent": bad, "model": bad},
        {"row": "workflow", "name": bad, "unread": [bad]},
        {"row": "turn", "tier": bad, "kind": bad, "label": bad, "fault": bad},
    ):
        ledger.append(str(root), row)
    assert run(["audit"]) == 0
    said = capsys.readouterr().out
    for words in (
        "override (",
        "fallback: ",
        "rerouted: ",
        "unrouted: ",
        "left as written: ",
        "turns of ",
    ):
        assert words in said
    assert [line for line in said.splitlines() if line.startswith("FAKED")] == []


ROWS = [
    {"row": "decision", "tool_use_id": "t", "agent": "fork"},
    {
        "row": "stop",
        "tool_use_id": "t",
        "agent_id": "a",
        "agent": "fork",
        "model": "claude-haiku-5-5",
    },
    {"row": "workflow", "name": "sweep"},
    {"row": "turn", "tier": "mid"},
]
KEYS = ("asked", "wrote", "override", "tokens", "unread", "served")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [1, "s", [1], {"input_tokens": "s"}])
def test_a_value_that_is_not_of_its_kind_is_no_reason_to_stop(
    key: str, value: object, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in ROWS:
        ledger.append(str(root), {**row, key: value})
    assert run(["audit"]) == 0
    assert run(["audit", "--json"]) == 0
    assert "unroutable: fork, ran once" in capsys.readouterr().out


def test_the_json_joins_the_rows(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask(spawn_event(root, 1))
    serve(root, 1, "claude-haiku-5-5")
    assert run(["audit", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert find_unnamed(report, "ledger.md") == []
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
    assert run(["audit", "--since", "2999-01-01"]) == 0
    assert "No spawn of that tool and time is recorded." in capsys.readouterr().out


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


def write_fork(root: Path, number: int, model: str) -> None:
    """A fork as its hook and its end record it."""
    call = f"toolu_fork{number}"
    forked = {
        "row": "unroutable",
        "tool_use_id": call,
        "agent": "fork",
        "time": "2026-11-20T10:00:00.000Z",
    }
    tokens = {
        "input_tokens": 1_000_000,
        "output_tokens": 100_000,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
    }
    stopped = {
        "row": "stop",
        "tool_use_id": call,
        "model": model,
        "tokens": tokens,
        "complete": True,
    }
    for row in (forked, stopped):
        ledger.append(str(root), row)


def test_forks_stand_outside_the_share_with_what_they_cost(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(spawn_event(root, 1))
    serve(root, 1, "claude-haiku-5-5")
    write_fork(root, 1, "claude-haiku-4-5")
    write_fork(root, 2, "claude-haiku-4-5")
    assert run(["audit", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["compliance"]["served"] == 1
    (forks,) = report["unroutable"]
    assert (forks["agent"], forks["spawns"]) == ("fork", 2)
    assert forks["cost_usd"] == pytest.approx(2 * (1.0 + 0.5))  # $1 in, $5 out per million
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "1 of 1 served as decided (100%)" in out
    assert "unroutable: fork, ran 2 times, about $3.00: a fork runs on its parent's model" in out


def test_a_fork_on_a_model_without_a_price_says_so(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_fork(root, 1, "some-local-model")
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "unroutable: fork, ran once, at no known price" in out
    assert "fork: requested -," in out


def test_a_fallback_is_named_with_its_reason(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled(root, "extends: balanced\nmode: manual\ntiers: {light: {fallback: mid}}\n")
    settings = root / ".claude" / "settings.json"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text('{"availableModels": ["sonnet", "opus"]}')
    ask(spawn_event(root, 1))
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "fallback: Explore, ran once on mid: haiku (light) is not allowed by" in out


def test_calls_of_workflows_that_were_left_are_named(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = "export const meta = {name: 'sweep', description: 'x'}\nreturn [1].map(agent)\n"
    names = {"tool_name": "Workflow", "tool_input": {"script": script}, "tool_use_id": "toolu_w"}
    ask(event("PreToolUse", root, **names))
    assert run(["audit"]) == 0
    out = capsys.readouterr().out
    assert "left as written: workflow sweep" in out
    assert "line 2: agent is passed on, not called" in out
    assert run(["audit", "--since", "2999-01-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unread"] == []

"""``audit --tool``: Codex's spawns beside Claude Code's, requested, assigned and actual."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, spawn_event
from tests.support.policies import synced
from tests.support.rollouts import (
    FORK,
    LATE_TURN,
    ROOT,
    begin_turn,
    make_count,
    make_meta,
    make_subagent,
    make_tokens,
    note_spawn,
    write_rollout,
)

from tierwise import ledger
from tierwise.cli import run

TOKENS = make_tokens(1000, 400, 100)
DECIDED = {
    "row": "decision",
    "session_id": ROOT,
    "tool_use_id": "call_1",
    "client": "codex",
    "mode": "enforce",
    "agent": "explorer",
    "kind": "search",
    "tier": "light",
    "model": "gpt-6-luna",
    "effort": "low",
    "asked": {"model": "opus"},
    "wrote": {"model": "gpt-6-luna", "reasoning_effort": "low"},
}


@pytest.fixture
def audited(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository for both tools, in which Codex ran one agent on another model than decided."""
    monkeypatch.chdir(repository)
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "codex"))
    synced(repository, "targets: [claude, codex]\n")
    folder = str(repository)
    main = [make_meta(ROOT, cwd=folder), begin_turn(), note_spawn("V2", "call_1", FORK)]
    write_rollout(tmp_path / "codex", ROOT, main)
    agent = make_subagent(FORK, ROOT, "explorer", session_id=ROOT, cwd=folder)
    turn = begin_turn(LATE_TURN, "gpt-6.2-astra", "high")
    write_rollout(tmp_path / "codex", FORK, [agent, turn, make_count(TOKENS, TOKENS)], 10)
    ledger.append(folder, DECIDED)
    return repository


def audit(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert run(["audit", "--json", *options]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_a_spawn_of_codexs_has_requested_assigned_and_actual(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = audit(capsys, "--tool", "codex")
    (spawn,) = document["spawns"]
    assert spawn["asked"] == {"model": "opus"}
    assert (spawn["tier"], spawn["model"], spawn["effort"]) == ("light", "gpt-6-luna", "low")
    assert spawn["served"] == {"model": "gpt-6.2-astra", "effort": "high"}
    assert (spawn["client"], spawn["outcome"]) == ("codex", "not-followed")
    assert document["compliance"] == {"rate": 0.0, "followed": 0, "served": 1}
    assert run(["audit", "--tool", "codex"]) == 0
    said = capsys.readouterr().out
    assert (
        "explorer: requested opus, search -> light (gpt-6-luna low), wrote gpt-6-luna low, " in said
    )
    assert "served gpt-6.2-astra high" in said
    assert "0 of 1 served as decided (0%)" in said


def test_each_tools_spawns_can_be_seen_alone(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(spawn_event(audited, 1))
    seen = {
        tool: [spawn["agent"] for spawn in audit(capsys, "--tool", tool)["spawns"]]
        for tool in ("claude", "codex", "all")
    }
    assert seen == {"claude": ["Explore"], "codex": ["explorer"], "all": ["explorer", "Explore"]}
    assert len(audit(capsys)["spawns"]) == 2


def test_codexs_records_are_not_read_unasked_for_a_policy_without_codex(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    synced(audited, "targets: [claude]\n")
    (spawn,) = audit(capsys)["spawns"]
    assert spawn["outcome"] == "unseen"
    assert audit(capsys, "--tool", "codex")["spawns"][0]["outcome"] == "not-followed"


def test_where_codex_left_no_records_decisions_are_unseen(
    audited: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "nowhere"))
    assert audit(capsys, "--tool", "codex")["outcomes"] == {"unseen": 1}

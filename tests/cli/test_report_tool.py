"""``report --tool``: Codex's calls beside Claude Code's, and never among them unasked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.measured import MAIN, write_calls
from tests.support.policies import write_policy
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

TOKENS = make_tokens(1_000_000, 400_000, 100_000)


@pytest.fixture
def reported(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, with one call of Codex: 0.6 M tokens of input, 0.4 M from the cache, 0.1 M of output."""
    monkeypatch.chdir(repository)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(write_calls(tmp_path / "claude", MAIN)))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "codex"))
    lines = [make_meta(ROOT), begin_turn(), make_count(TOKENS, TOKENS)]
    write_rollout(tmp_path / "codex", ROOT, lines)
    return repository


def report(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert run(["report", "--json", *options]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_without_a_word_the_report_is_of_claude_code(
    reported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(capsys)
    assert document["total"]["messages"] == 1
    assert "codex" not in document["coverage"]


def test_a_model_without_a_price_is_unpriced(
    reported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = report(capsys, "--tool", "codex")
    assert document["coverage"]["codex"] == {"files": 1, "calls": 1, "copies": 0}
    assert document["coverage"]["unpriced_models"] == ["gpt-6-luna"]
    assert document["total"]["cost_usd"] is None
    assert document["total"]["unpriced_tokens"] == 1_100_000


def test_the_policys_price_holds_and_filters_and_views_too(
    reported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(reported, "prices: {gpt-6-luna: {input: 1, cache_read: 0.1, output: 8}}\n")
    document = report(capsys, "--tool", "all", "--by", "model", "--model", "gpt-*")
    (row,) = document["rows"]
    assert (row["key"], row["cost_usd"]) == ("gpt-6-luna", pytest.approx(0.6 + 0.04 + 0.8))
    assert document["coverage"]["codex"] == {"files": 1, "calls": 1, "copies": 0}


def test_all_is_the_sum_of_both(reported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claude = report(capsys)["total"]
    both = report(capsys, "--tool", "all")
    assert both["total"]["messages"] == 2
    assert both["total"]["cost_usd"] == claude["cost_usd"]
    assert both["coverage"]["files"] == 2
    assert run(["report", "--tool", "all"]) == 0
    assert "Codex: 1 call in 1 file" in capsys.readouterr().out


def test_the_folders_of_claude_code_are_not_codexs(
    reported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["report", "--tool", "codex", "--root", str(reported)]) == 2
    assert "CODEX_HOME" in capsys.readouterr().err
    assert run(["report", "--tool", "codex", "--backend", "duckdb:x"]) == 2
    assert run(["report", "--tool", "codex", "--rebuild"]) == 2


def test_where_codex_left_nothing_it_is_said_where_was_looked(
    reported: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "empty"))
    assert run(["report", "--tool", "codex"]) == 0
    said = capsys.readouterr().err
    assert f"looked in {tmp_path / 'empty' / 'sessions'}: there is no such folder" in said


def test_a_spawn_of_codexs_is_joined_with_its_decision_and_stands_on_its_tier(
    reported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Decided light, ran on the top tier's model: assigned against actual, as for Claude Code."""
    prices = "gpt-6-luna: {input: 1, output: 8}, gpt-6.2-astra: {input: 10, output: 80}"
    write_policy(reported, f"targets: [claude, codex]\nprices: {{{prices}}}\n")
    folder = str(reported)
    main = [make_meta(ROOT, cwd=folder), begin_turn(), note_spawn("V2", "call_1", FORK)]
    write_rollout(tmp_path / "codex", ROOT, [*main, make_count(TOKENS, TOKENS)])
    agent = make_subagent(FORK, ROOT, "explorer", session_id=ROOT, cwd=folder)
    turn = begin_turn(LATE_TURN, "gpt-6.2-astra", "high")
    write_rollout(tmp_path / "codex", FORK, [agent, turn, make_count(TOKENS, TOKENS)], 10)
    decided = {"row": "decision", "session_id": ROOT, "tool_use_id": "call_1", "client": "codex"}
    ledger.append(folder, {**decided, "agent": "explorer", "tier": "light", "kind": "search"})

    document = report(capsys, "--tool", "codex", "--by", "tier,domain")
    keys = {row["key"] for row in document["rows"]}
    assert keys == {"light / main", "frontier / search"}
    (finding,) = [f for f in document["findings"] if f["name"] == "policy-not-followed"]
    assert "explorer, search work: decided light, ran on frontier" in str(finding)
    # The same tokens on the tier's model in Codex, not on Claude's: 10 times the price of gpt-6-luna.
    everything = document["baselines"]["counterfactuals"]["all-frontier"]
    assert everything["words"] == "everything on frontier (gpt-6.2-astra)"

"""The lengths of a repository's turns, between a turn's end and another's start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.session_turns import begin, end, set_routing

from tierwise import ledger, local_state
from tierwise.claude_hooks.turns.lengths import NAME, add_length, load_lengths
from tierwise.session.choice import STEPS


@pytest.fixture
def root(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


def test_the_first_time_the_whole_ledger_is_counted(repository: Path) -> None:
    root = str(repository)
    for number in range(30):
        ledger.append(root, {"row": "turn", "once": str(number), "kind": "docs", "calls": 40})
    add_length(root, "docs", 40)
    counted = load_lengths(root)
    assert counted.as_json()["docs"][0] == 30
    add_length(root, "docs", 40)
    assert load_lengths(root).as_json()["docs"][0] == 31
    assert counted.expect_requests("docs") > 20


@pytest.mark.parametrize("data", [b"", b"{half", b"[]", b'{"docs": [1]}'])
def test_a_damaged_file_leaves_the_prior(repository: Path, data: bytes) -> None:
    root = str(repository)
    local_state.write(root, NAME, data=data)
    assert load_lengths(root).expect_requests("docs") == pytest.approx(STEPS)
    add_length(root, "docs", 3)
    assert load_lengths(root).expect_requests("docs") < STEPS


def test_the_users_own_turns_say_how_long_one_is_likely_to_be(root: Path) -> None:
    begin(root, "Show me the git log")
    end(root)
    kept = json.loads((root / ".tierwise/local/turn_lengths.json").read_text())
    assert [seen[0] for seen in kept.values()] == [1]


def test_a_turn_whose_end_two_hooks_see_has_one_length(root: Path) -> None:
    begin(root, "Show me the git log")
    end(root)
    end(root)
    kept = json.loads((root / ".tierwise/local/turn_lengths.json").read_text())
    assert [seen[0] for seen in kept.values()] == [1]


def test_a_conversation_is_remembered_where_lengths_cannot_be_kept(root: Path) -> None:
    begin(root, "Show me the git log")
    (root / ".tierwise/local/turn_lengths.json").mkdir()
    (root / ".tierwise/local/turn_lengths.json" / "file").touch()
    end(root)
    [kept] = (root / ".tierwise/local/session").iterdir()
    assert json.loads(kept.read_text())["last_turn"]

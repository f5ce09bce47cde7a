"""The lengths of a repository's turns, between a turn's end and another's start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise import ledger, local_state
from tierwise.claude_hooks.turns.lengths import NAME, add_length, load_lengths
from tierwise.session.choice import STEPS


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

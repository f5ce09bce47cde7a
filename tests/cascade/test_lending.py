"""What hooks inside an attempt bring back to the user's repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git

from tierwise import ledger
from tierwise.cascade.workspace import open_workspace


@pytest.mark.slow
def test_what_hooks_note_during_an_attempt_is_in_the_users_ledger_and_outlives_it(
    origin: Path,
) -> None:
    with open_workspace(str(origin), "", "r1") as place:
        ledger.append(place.root, {"row": "decision", "tool_use_id": "toolu_1"})
        assert place.state() == git(origin, "rev-parse", "HEAD^{tree}").strip()
        place.reset()
        ledger.append(place.root, {"row": "decision", "tool_use_id": "toolu_2"})
    assert [row["tool_use_id"] for row in ledger.read(str(origin))] == ["toolu_1", "toolu_2"]
    assert git(origin, "status", "--porcelain") == ""

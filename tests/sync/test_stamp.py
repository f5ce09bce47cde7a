"""The note that everything was in sync: whatever is left of it, a check goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise import local_state
from tierwise.sync.stamp import note_in_sync, read_note


@pytest.mark.parametrize("lines", [0, 1, 2, 3])
def test_a_torn_note_is_read_as_far_as_it_goes(lines: int, repository: Path) -> None:
    synced(repository, "agents: {mine: mid}\n")
    root = str(repository)
    note_in_sync(root, "2026-01-01", ["a gap"])
    assert read_note(root) == ("2026-01-01", ["a gap"])
    whole = (local_state.read(root, "in-sync") or b"").split(b"\n")
    local_state.write(root, "in-sync", data=b"\n".join(whole[:lines]))
    wanted = {0: None, 1: ("", []), 2: ("2026-01-01", []), 3: ("2026-01-01", ["a gap"])}
    assert read_note(root) == wanted[lines]

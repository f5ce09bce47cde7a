"""`tierwise diff`."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy


@pytest.mark.slow
def test_diff_is_a_unified_diff_of_what_sync_would_change(installed: Path) -> None:
    write_policy(installed, "agents: {explorer: mid}\n")
    done = tierwise(installed, "diff")
    assert "-model: haiku\n+model: sonnet\n" in done.stdout
    assert "\x1b[" not in done.stdout

"""The record of what was written."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.errors import TierwiseError
from tierwise.sync.repository import plan_sync


def test_a_damaged_state_is_named_with_a_way_out(repository: Path) -> None:
    synced(repository)
    (repository / ".tierwise/state.json").write_text("{")
    with pytest.raises(
        TierwiseError, match=r"state\.json: this record .* cannot be read(.|\n)*git checkout"
    ):
        plan_sync(str(repository))


def test_a_file_equal_to_what_we_would_write_is_recognised_without_a_state(
    repository: Path,
) -> None:
    synced(repository)
    (repository / ".tierwise/state.json").unlink()
    assert plan_sync(str(repository)).drift == ()

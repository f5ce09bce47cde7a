"""A folder of local state that is held open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tierwise import local_state


@pytest.mark.parametrize("name", ["..", "a/b", "", "\0"])
def test_only_plain_names_are_taken(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError):
        local_state.write(str(tmp_path), name, data=b"x")


@pytest.mark.parametrize("is_durable", [True, False])
def test_what_may_be_lost_does_not_wait_for_the_disk(
    is_durable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    with local_state.Folder(str(tmp_path), create=True) as folder:
        monkeypatch.setattr(os, "fsync", waited.append)
        folder.replace("a.json", b"{}", is_durable=is_durable)
    assert local_state.read(str(tmp_path), "a.json") == b"{}"
    assert len(waited) == is_durable

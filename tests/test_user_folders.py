"""Where the user's own notes and settings lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tierwise import user_folders as folders


def test_the_users_own_choice_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert folders.find_state_folder() == str(tmp_path / "state" / "tierwise")
    assert folders.find_config_folder() == str(tmp_path / "config" / "tierwise")


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
@pytest.mark.parametrize("chosen", [None, "", "relative/path"])
def test_a_relative_choice_is_none(
    chosen: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if chosen is not None:
        monkeypatch.setenv("XDG_STATE_HOME", chosen)
    assert folders.find_state_folder() == str(tmp_path / ".local" / "state" / "tierwise")

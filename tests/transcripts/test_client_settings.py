"""Contract prices come from the administrator's settings, else from the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tierwise.cli.reading import find_inputs
from tierwise.errors import TierwiseError
from tierwise.files import READ_LIMIT
from tierwise.report.window import Window
from tierwise.transcripts import client_settings
from tierwise.transcripts.client_settings import read_client_settings


def _settings(path: Path, multiplier: float) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"model": "opus", "modelPricing": {"multiplier": multiplier}}))
    return str(path)


def test_the_administrator_s_prices_win_over_the_user_s(tmp_path: Path) -> None:
    managed = _settings(tmp_path / "managed.json", 0.5)
    _settings(tmp_path / "root" / "settings.json", 0.9)
    roots = [str(tmp_path / "root")]
    assert read_client_settings(roots, managed)["modelPricing"] == {"multiplier": 0.5}
    assert read_client_settings(roots, str(tmp_path / "gone"))["modelPricing"] == {
        "multiplier": 0.9
    }


def test_settings_without_prices_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"modelPricing": null}')
    assert read_client_settings([str(tmp_path)], str(tmp_path / "gone")) == {}


def test_settings_that_cannot_be_read_are_an_error_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"modelPricing": {"multiplier": 0.5}')
    with pytest.raises(TierwiseError) as caught:
        read_client_settings([str(tmp_path)], str(tmp_path / "gone"))
    assert caught.value.place == str(tmp_path / "settings.json")


def test_settings_that_are_too_large_to_be_read_are_one_too(tmp_path: Path) -> None:
    large = tmp_path / "settings.json"
    with large.open("wb") as file:
        file.truncate(READ_LIMIT + 1)
    with pytest.raises(TierwiseError) as caught:
        read_client_settings([str(tmp_path)], str(tmp_path / "gone"))
    assert caught.value.place == str(large)


def test_settings_that_are_damaged_elsewhere_are_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    assert read_client_settings([str(tmp_path)], str(tmp_path / "gone")) == {}


def test_a_report_is_made_with_the_administrator_s_prices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    managed = _settings(tmp_path / "managed.json", 0.5)
    monkeypatch.setattr(client_settings, "MANAGED_SETTINGS", managed)
    monkeypatch.chdir(tmp_path)
    found = find_inputs([str(tmp_path)], Window())
    assert found.client_settings["modelPricing"] == {"multiplier": 0.5}

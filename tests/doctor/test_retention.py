"""Transcripts go after a while: a report must have read them before."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tierwise.doctor.place import Place
from tierwise.doctor.retention import check_retention
from tierwise.doctor.settings_file import SettingsFile


def place(home: Path, **settings: object) -> Place:
    environ = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}
    return Place(str(home), str(home), environ, (SettingsFile("settings.json", settings),), ())


def store(home: Path, days_ago: int) -> None:
    path = home / "data" / "tierwise" / "usage.sqlite3"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    when = time.time() - days_ago * 86_400 - 60
    os.utime(path, (when, when))


@pytest.mark.parametrize(
    ("days_ago", "settings", "level", "words"),
    [
        (None, {}, "warn", "after 30 days, and no report has read them"),
        (3, {}, "ok", "a report read them 3 days ago"),
        (31, {}, "warn", "after 30 days"),
        (31, {"cleanupPeriodDays": 90}, "ok", "after 90 days"),
        (8, {"cleanupPeriodDays": 7}, "warn", "after 7 days"),
        (8, {"cleanupPeriodDays": 0}, "ok", "after 30 days"),
    ],
)
def test_it_warns_before_figures_are_lost(
    tmp_path: Path, days_ago: int | None, settings: dict[str, object], level: str, words: str
) -> None:
    (tmp_path / ".claude" / "projects").mkdir(parents=True)
    if days_ago is not None:
        store(tmp_path, days_ago)
    (found,) = check_retention(place(tmp_path, **settings))
    assert (found.level, words in found.what) == (level, True)


def test_nothing_is_said_where_there_are_no_transcripts(tmp_path: Path) -> None:
    (found,) = check_retention(place(tmp_path))
    assert found.level == "ok"

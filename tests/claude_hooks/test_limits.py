"""A subscription's limits: recorded, forecast, spared."""

from __future__ import annotations

import json
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event

from tierwise import local_state
from tierwise.claude_hooks import limits
from tierwise.claude_hooks.statusline import line

HOUR = 3600.0
DAY = 24 * HOUR
SPARING = "extends: balanced\nlimits: {conserve_from: 60 %, conserve: economy}\n"


def note(root: Path, used: float, left: float = 2 * HOUR, kind: str = "five_hour") -> float:
    resets_at = time.time() + left
    limits.note_limits(str(root), {kind: (used, resets_at)})
    return resets_at


def module_reading(used: float) -> dict[str, Any]:
    """A reading of the weekly limit, which resets in a day, as the client gives it to a module."""
    moment = datetime.fromtimestamp(time.time() + DAY, tz=timezone.utc)
    return {"kind": "seven_day", "percentUsed": used, "resetsAt": moment.isoformat()}


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, SPARING)
    return repository


def test_the_status_line_records_what_the_client_says(root: Path) -> None:
    told = {
        "workspace": {"project_dir": str(root)},
        "rate_limits": {"five_hour": {"used_percentage": 41.5, "resets_at": time.time() + HOUR}},
    }
    line(json.dumps(told).encode())
    assert limits.read_limits(str(root))["five_hour"].used == 41.5


def test_the_module_reports_them_too(root: Path) -> None:
    ask(event("SessionMeasure", root, rate_limits=[module_reading(12)]))
    window = limits.read_limits(str(root))["seven_day"]
    assert window.used == 12
    assert limits.is_same_reset(window.resets_at, time.time() + DAY)


def test_what_is_no_reading_is_passed_over(root: Path) -> None:
    for told in (None, "x", [{"kind": "five_hour"}], [{"kind": "spend_limit", "percentUsed": 3}]):
        ask(event("SessionMeasure", root, rate_limits=told))
    assert limits.read_limits(str(root)) == {}


def test_the_pace_of_the_window_forecasts_the_wall() -> None:
    window = limits.LimitWindow("five_hour", {})
    now = 1_000_000.0
    window.note(60.0, now + 3 * HOUR, now)  # two hours in
    assert window.forecast_full(now) == pytest.approx(now + 40 / (60 / (2 * HOUR)))


def test_a_slow_pace_reaches_no_wall() -> None:
    window = limits.LimitWindow("five_hour", {})
    now = 1_000_000.0
    window.note(20.0, now + 2 * HOUR, now)
    assert window.forecast_full(now) == 0


def test_the_recent_pace_counts_more_than_the_windows() -> None:
    window = limits.LimitWindow("five_hour", {})
    now = 1_000_000.0
    window.note(50.0, now + 2 * HOUR, now - HOUR / 2)
    window.note(50.0, now + 2 * HOUR, now)
    assert window.forecast_full(now) == 0  # nothing was used for half an hour


def test_another_window_forgets_the_last_ones_readings() -> None:
    window = limits.LimitWindow("five_hour", {})
    window.note(90.0, 10_000.0, 9_000.0)
    window.note(5.0, 28_000.0, 11_000.0)
    assert window.samples == [[11_000.0, 5.0]]


def test_an_hour_of_many_readings_is_remembered_whole() -> None:
    window = limits.LimitWindow("five_hour", {})
    now = 1_000_000.0
    resets_at = now + 3 * HOUR
    for second in range(0, 3600, 10):  # a status line is asked often: 30 % in the hour
        window.note(30 + second / 120, resets_at, now - 3600 + second)
    assert window.samples[0][0] <= now - 3000
    pace = 30 / HOUR
    assert window.forecast_full(now) == pytest.approx(now + 40 / pace, rel=0.001)


def test_a_burst_is_not_taken_for_the_day() -> None:
    window = limits.LimitWindow("seven_day", {})
    now = 1_000_000.0
    resets_at = now + 3 * DAY
    window.note(40.0, resets_at, now - 20 * HOUR)
    for minute in range(90):  # 9 % in an hour and a half, after a night of nothing
        window.note(40 + minute / 10, resets_at, now - (90 - minute) * 60)
    assert window.forecast_full(now) == 0


def test_a_limit_that_is_reached_has_no_forecast(root: Path) -> None:
    note(root, 100)
    (words,) = limits.describe_limits(str(root))
    assert words.startswith("five-hour limit: 100 % used, resets ")
    assert "pace" not in words
    assert limits.limits_json(str(root))["five_hour"]["full_at"] == 0


@pytest.mark.parametrize("left", [2 * HOUR, 3 * DAY])
def test_the_weekly_limit_is_forecast_by_its_own_pace(left: float) -> None:
    window = limits.LimitWindow("seven_day", {})
    now = 1_000_000.0
    window.note(50.0, now + left, now - DAY)
    window.note(70.0, now + left, now)  # 20 % in a day: full in a day and a half
    expected = now + 1.5 * DAY
    assert window.forecast_full(now) == pytest.approx(expected if left == 3 * DAY else 0)


@pytest.mark.parametrize("used", [None, "41", True, -1])
def test_a_reading_without_a_percentage_leaves_the_last_one(used: Any, root: Path) -> None:
    resets_at = note(root, 80)
    told = {
        "workspace": {"project_dir": str(root)},
        "rate_limits": {"five_hour": {"used_percentage": used, "resets_at": resets_at}},
    }
    line(json.dumps(told).encode())
    moment = datetime.fromtimestamp(resets_at, tz=timezone.utc).isoformat()
    reading = {"kind": "five_hour", "percentUsed": used, "resetsAt": moment}
    ask(event("SessionMeasure", root, rate_limits=[reading]))
    assert limits.read_limits(str(root))["five_hour"].used == 80


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (20, ""),
        (80, "five-hour limit 80 %, reached at "),
        (100, "five-hour limit reached, resets "),
    ],
)
def test_the_status_line_names_a_wall_that_comes(used: float, expected: str, root: Path) -> None:
    told = {
        "workspace": {"project_dir": str(root)},
        "rate_limits": {
            "five_hour": {"used_percentage": used, "resets_at": time.time() + 2 * HOUR}
        },
    }
    words = line(json.dumps(told).encode())
    assert ("limit" in words) is bool(expected)
    assert expected in words


@pytest.mark.parametrize(("left", "is_reached"), [(2 * HOUR, True), (HOUR / 2, False)])
def test_what_is_used_is_said_in_a_sentence(left: float, is_reached: bool, root: Path) -> None:
    note(root, 80, left)
    (words,) = limits.describe_limits(str(root))
    assert words.startswith("five-hour limit: 80 % used, resets ")
    assert ("reached at" in words) is is_reached
    assert words.endswith(" at this pace") is is_reached


def test_a_repository_without_tierwise_is_left_as_it_is(tmp_path: Path) -> None:
    note(tmp_path, 50)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["environment", "policy"])
def test_switched_off_it_records_nothing(how: str, root: Path) -> None:
    environment = {}
    if how == "environment":
        environment["TIERWISE_MODE"] = "off"
    else:
        compiled(root, "extends: balanced\nhooks: {mode: off}\n")
    ask(event("SessionMeasure", root, rate_limits=[module_reading(12)]), environment)
    assert limits.read_limits(str(root)) == {}


def test_a_damaged_file_costs_what_is_damaged(root: Path) -> None:
    resets_at = note(root, 50)
    known = {"used": 50, "resets_at": resets_at, "samples": [7, [1], ["a", 2], [None, 3], [1, 2]]}
    digits = 10**400
    save = {"five_hour": known, "seven_day": {"used": digits, "resets_at": 1e300, "samples": 3}}
    local_state.write(str(root), limits.NAME, data=json.dumps(save).encode())
    windows = limits.read_limits(str(root))
    assert windows["five_hour"].samples == [[1, 2]]
    assert len(limits.describe_limits(str(root))) == 1
    assert list(limits.limits_json(str(root))) == ["five_hour"]


@pytest.mark.parametrize("left", [-1, 8 * DAY, 1e6 * DAY, 0])
def test_a_reset_that_cannot_be_is_no_reading(left: float, root: Path) -> None:
    note(root, 99, left)
    assert limits.read_limits(str(root)) == {}


def test_two_spellings_of_one_reset_are_one_window(root: Path) -> None:
    note(root, 50, HOUR)
    note(root, 50, HOUR + 60)
    note(root, 51, HOUR + 60)
    (window,) = limits.read_limits(str(root)).values()
    assert [used for _, used in window.samples] == [50, 51]

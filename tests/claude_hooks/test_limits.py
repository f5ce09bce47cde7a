"""A subscription's limits: recorded, forecast, spared."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event, written

from tierwise.claude_hooks import limits
from tierwise.claude_hooks.statusline import line

HOUR = 3600.0
SPARING = "extends: balanced\nlimits: {conserve_from: 70 %, conserve: economy}\n"


def note(root: Path, used: float, left: float = 2 * HOUR, kind: str = "five_hour") -> float:
    resets_at = time.time() + left
    limits.note_limits(str(root), {kind: (used, resets_at)})
    return resets_at


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, SPARING)
    return repository


def research(root: Path, number: int = 1) -> dict[str, Any]:
    return spawn_event(root, number, subagent_type="researcher", prompt="Compare two libraries")


def test_the_status_line_records_what_the_client_says(root: Path) -> None:
    told = {
        "workspace": {"project_dir": str(root)},
        "rate_limits": {"five_hour": {"used_percentage": 41.5, "resets_at": time.time() + HOUR}},
    }
    line(json.dumps(told).encode())
    assert limits.read_limits(str(root))["five_hour"].used == 41.5


def test_the_module_reports_them_too(root: Path) -> None:
    told = [{"kind": "seven_day", "percentUsed": 12, "resetsAt": "2099-01-01T00:00:00.000Z"}]
    ask(event("SessionMeasure", root, rate_limits=told))
    window = limits.read_limits(str(root))["seven_day"]
    assert (window.used, window.resets_at) == (12.0, 4070908800.0)


def test_what_is_no_reading_is_passed_over(root: Path) -> None:
    for told in (None, "x", [{"kind": "five_hour"}], [{"kind": "spend_limit", "percentUsed": 3}]):
        ask(event("SessionMeasure", root, rate_limits=told))
    assert limits.read_limits(str(root)) == {}


def test_the_pace_of_the_window_forecasts_the_wall() -> None:
    window = limits.Window("five_hour", {})
    now = 1_000_000.0
    window.note(60.0, now + 3 * HOUR, now)  # two hours in
    assert window.forecast_full(now) == pytest.approx(now + 40 / (60 / (2 * HOUR)))


def test_a_slow_pace_reaches_no_wall() -> None:
    window = limits.Window("five_hour", {})
    now = 1_000_000.0
    window.note(20.0, now + 2 * HOUR, now)
    assert window.forecast_full(now) == 0


def test_the_recent_pace_counts_more_than_the_windows() -> None:
    window = limits.Window("five_hour", {})
    now = 1_000_000.0
    window.note(50.0, now + 2 * HOUR, now - HOUR / 2)
    window.note(50.0, now + 2 * HOUR, now)
    assert window.forecast_full(now) == 0  # nothing was used for half an hour


def test_another_window_forgets_the_last_ones_readings() -> None:
    window = limits.Window("five_hour", {})
    window.note(90.0, 10_000.0, 9_000.0)
    window.note(5.0, 28_000.0, 11_000.0)
    assert window.samples == [[11_000.0, 5.0]]


def test_below_the_percentage_nothing_bends(root: Path) -> None:
    note(root, 69)
    assert written(research(root))["model"] == "opus"


def test_unprotected_work_goes_by_the_preset_until_the_reset(root: Path) -> None:
    note(root, 70)
    answer = ask(research(root))
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "sonnet"
    assert "70 % of the five-hour limit is used" in answer["systemMessage"]
    assert "systemMessage" not in ask(research(root, 2))  # said once
    (row,) = rows(root, "limits")
    assert (row["window"], row["used"], row["preset"]) == ("five_hour", 70, "economy")


def test_after_the_reset_it_is_as_before(root: Path) -> None:
    note(root, 99, left=-1)
    assert written(research(root))["model"] == "opus"


def test_protected_work_keeps_its_floor(root: Path) -> None:
    note(root, 95)
    prompt = "Review the authentication code for security holes and fix the session token check"
    spawn = spawn_event(root, subagent_type="general-purpose", prompt=prompt)
    assert written(spawn)["model"] == "opus"


def test_a_limit_alone_bends_nothing_without_a_percentage(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    note(repository, 99)
    assert written(research(repository))["model"] == "opus"


def test_a_ladder_without_the_presets_tiers_stays_as_it_is(root: Path) -> None:
    table = {
        "ladder": ["small", "large"],
        "default": "large",
        "routes": {"docs": {"tier": "large"}},
        "agents": {},
        "frontier_only": {"kinds": {}},
        "session": {"up": [], "start": None, "light_turns": {"kinds": []}},
        "limits": {"default": "mid", "routes": {"docs": {"tier": "light"}}, "agents": {}},
    }
    bent = limits.bend_table(table)
    assert (bent["default"], bent["routes"]) == ("large", {"docs": {"tier": "large"}})


def test_what_is_used_is_said_in_a_sentence(root: Path) -> None:
    note(root, 80, left=HOUR)
    (words,) = limits.describe_limits(str(root))
    assert words.startswith("five-hour limit: 80 % used, resets ")
    assert "at this pace" not in words or "reached at" in words


def test_near_the_wall_unprotected_work_runs_on_the_cheapest_tier(root: Path) -> None:
    note(root, 85)
    assert written(spawn_event(root, subagent_type="general-purpose"))["model"] == "haiku"
    prompt = "Review the authentication code for security holes and fix the session token check"
    protected = spawn_event(root, 2, subagent_type="general-purpose", prompt=prompt)
    assert written(protected)["model"] == "opus"


def test_the_main_conversation_is_spared_too_and_its_size_raises_nothing(repository: Path) -> None:
    compiled(repository, SPARING + "session: {routing: on}\n")
    note(repository, 90)
    turn = {"turn_id": "t", "prompt": "Add a button to the page", "model": "claude-opus-5-5"}
    begun = ask(event("TurnStart", repository, **turn))
    assert begun["model"] == "haiku"
    assert "90 % of the five-hour limit" in begun["toast"]
    tools = [{"name": "Edit", "target": f"/src/m{number}.py"} for number in range(6)]
    assert ask(event("TurnStep", repository, turn_id="t", tools=tools)) == {}

"""A subscription's limit that is spared: other routes until it resets, said once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, compiled, event, rows, spawn_event, written

from tierwise.claude_hooks import limits, sparing
from tierwise.domain import table

HOUR = 3600.0
SPARING = "extends: balanced\nlimits: {conserve_from: 60 %, conserve: economy}\n"
PROTECTED = "Review the authentication code for security holes and fix the session token check"


def note(root: Path, used: float, left: float = HOUR, kind: str = "five_hour") -> None:
    limits.note_limits(str(root), {kind: (used, time.time() + left)})


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, SPARING)
    return repository


def research(root: Path, number: int = 1) -> dict[str, Any]:
    return spawn_event(root, number, subagent_type="researcher", prompt="Compare two libraries")


def test_below_the_percentage_nothing_bends(root: Path) -> None:
    note(root, 59)
    assert written(research(root))["model"] == "opus"


def test_unprotected_work_goes_by_the_preset_until_the_reset(root: Path) -> None:
    note(root, 60)
    answer = ask(research(root))
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "sonnet"
    assert "60 % of the five-hour limit is used" in answer["systemMessage"]
    assert "systemMessage" not in ask(research(root, 2))  # said once
    (row,) = rows(root, "limits")
    assert (row["window"], row["used"], row["preset"]) == ("five_hour", 60, "economy")


def test_after_the_reset_it_is_as_before(root: Path) -> None:
    note(root, 99, left=-1)
    assert written(research(root))["model"] == "opus"


def test_protected_work_keeps_its_floor(root: Path) -> None:
    note(root, 95)
    spawn = spawn_event(root, subagent_type="general-purpose", prompt=PROTECTED)
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
    bent = sparing.bend_table(table)
    assert (bent["default"], bent["routes"]) == ("large", {"docs": {"tier": "large"}})


def test_near_the_wall_unprotected_work_runs_on_the_cheapest_tier(root: Path) -> None:
    note(root, 65)
    assert written(spawn_event(root, subagent_type="general-purpose"))["model"] == "haiku"
    protected = spawn_event(root, 2, subagent_type="general-purpose", prompt=PROTECTED)
    assert written(protected)["model"] == "opus"


def test_at_a_pace_that_reaches_the_wall_the_cheapest_tier_comes_earlier(root: Path) -> None:
    note(root, 62, left=3 * HOUR)  # 62 % in two hours
    assert written(research(root))["model"] == "haiku"


@pytest.mark.parametrize(
    ("used", "left", "model"),
    [
        (40, 4 * HOUR, "haiku"),  # 200 % at the reset
        (40, 3.5 * HOUR, "opus"),  # 133 %: not far enough beyond for so early a reading
        (55, 3.5 * HOUR, "haiku"),  # 183 %
        (19, 4.8 * HOUR, "opus"),  # a pace of twelve minutes' work
    ],
)
def test_a_pace_that_overshoots_by_far_counts_before_the_percentage(
    used: float, left: float, model: str, root: Path
) -> None:
    note(root, used, left)
    assert written(research(root))["model"] == model


def test_the_limit_that_is_reached_sooner_counts_beside_a_fuller_one(root: Path) -> None:
    note(root, 64, left=6 * 3600.0, kind="seven_day")
    note(root, 62, left=4 * HOUR)
    assert written(research(root))["model"] == "haiku"


def test_without_the_last_stage_a_fast_pace_goes_by_the_preset(repository: Path) -> None:
    compiled(repository, SPARING.replace("conserve: ", "cheapest_from: null, conserve: "))
    note(repository, 40, left=4 * HOUR)
    answer = ask(research(repository))
    assert answer["hookSpecificOutput"]["updatedInput"]["model"] == "sonnet"
    assert "40 % of the five-hour limit is used, all of it at " in answer["systemMessage"]


def test_never_is_never(repository: Path) -> None:
    compiled(repository, SPARING.replace("conserve: ", "cheapest_from: null, conserve: "))
    note(repository, 99, left=3 * HOUR)
    assert written(research(repository))["model"] == "sonnet"


def test_the_main_conversation_is_spared_too_and_its_size_raises_nothing(repository: Path) -> None:
    compiled(repository, SPARING + "session: {routing: on}\n")
    note(repository, 90)
    turn = {"turn_id": "t", "prompt": "Add a button to the page", "model": "claude-opus-5-5"}
    begun = ask(event("TurnStart", repository, **turn))
    assert begun["model"] == "haiku"
    assert "90 % of the five-hour limit" in begun["toast"]
    tools = [{"name": "Edit", "target": f"/src/m{number}.py"} for number in range(6)]
    assert ask(event("TurnStep", repository, turn_id="t", tools=tools)) == {}


def test_a_session_that_prefers_quality_saves_while_a_limit_is_spared(repository: Path) -> None:
    compiled(repository, SPARING + "session: {routing: on, prefer: quality}\n")
    note(repository, 64)
    assert begin_turn(repository)["model"] == "sonnet"


def begin_turn(root: Path, number: int = 1, **more: Any) -> dict[str, Any]:
    turn = {"turn_id": f"t{number}", "prompt": "Add a button to the page", **more}
    return ask(event("TurnStart", root, model="claude-opus-5-5", **turn))


def test_what_nobody_hears_is_not_taken_for_said(repository: Path) -> None:
    compiled(repository, SPARING + "session: {routing: on}\n")
    note(repository, 90)
    workflow = {"runId": "wf_1", "agentIndex": 2}
    ask(event("AgentSpawn", repository, tool_use_id="toolu_1", prompt="x", workflow=workflow))
    ask(research(repository), {"TIERWISE_MODE": "shadow"})
    assert "toast" not in ask(event("TurnStep", repository, turn_id="t1", tools=[]))
    assert rows(repository, "limits") == []
    assert "90 %" in begin_turn(repository)["toast"]
    assert "toast" not in begin_turn(repository, 2)


def test_the_client_may_round_the_reset_without_saying_it_again(root: Path) -> None:
    note(root, 80)
    assert "systemMessage" in ask(research(root))
    note(root, 81, HOUR + 100)
    assert "systemMessage" not in ask(research(root, 2))


def test_the_fullest_limit_counts(root: Path) -> None:
    note(root, 61)
    note(root, 90, kind="seven_day")
    _, spared = sparing.spare_limits(str(root), table.load(str(root)) or {})
    assert spared is not None
    assert spared.kind == "seven_day"


def test_a_workflows_agent_is_bent_too(root: Path) -> None:
    note(root, 90)
    asked = {"tool_use_id": "toolu_1", "workflow": {"agentIndex": 1}, "prompt": "Add a button"}
    found = ask(event("AgentSpawn", root, subagent_type="implementer", **asked))
    assert found["model"] == "haiku"


def test_near_the_wall_agents_and_ci_are_on_the_cheapest_tier_with_its_own_effort() -> None:
    policy = table.load_default()
    policy["ci"] = {"routes": {"docs": {"tier": "frontier", "effort": "max", "rule": "x"}}}
    policy["agents"] = {
        "implementer": {"tier": "frontier", "effort": "max", "rule": "x"},
        "security-reviewer": {"tier": "frontier", "effort": "max", "rule": "x"},
    }
    bent = sparing.bend_to_cheapest(policy)
    effort = policy["tiers"]["light"]["effort"]
    cheapest = {"tier": "light", "effort": effort, "rule": "x"}
    assert bent["ci"]["routes"]["docs"] == cheapest
    assert bent["agents"]["implementer"] == cheapest
    assert bent["agents"]["security-reviewer"]["tier"] == "frontier"
    assert bent["routes"]["feature"]["effort"] == effort


@pytest.mark.parametrize("mode", ["hybrid", "complexity", "manual"])
def test_near_the_wall_no_mode_of_the_policy_goes_up(mode: str, repository: Path) -> None:
    compiled(repository, SPARING + f"mode: {mode}\n")
    note(repository, 90)
    prompt = (
        "Redesign the queue: split it in modules a/x.py, b/y.py, c/z.py and d/q.py, then move all"
    )
    spawn = spawn_event(repository, subagent_type="general-purpose", prompt=prompt)
    assert written(spawn)["model"] == "haiku"


def test_without_a_claude_tier_the_policy_stands() -> None:
    policy = table.load_default()
    policy["tiers"] = {name: {**tier, "alias": None} for name, tier in policy["tiers"].items()}
    assert sparing.bend_to_cheapest(policy) == policy


def test_after_the_reset_the_conversation_is_back_on_its_start(repository: Path) -> None:
    compiled(repository, SPARING + "session: {routing: on}\n")
    note(repository, 90)
    assert begin_turn(repository)["model"] == "haiku"
    note(repository, 1, 4 * HOUR)
    assert begin_turn(repository, 2)["model"] == "sonnet"

"""Paired runs by a plan: what stops them, what a kill leaves, what may not be changed."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tierwise.errors import OutsideError, TierwiseError
from tierwise.learning.experiment import (
    Plan,
    RunTask,
    bound_difference,
    carry_out,
    pick_tasks,
    read_plan,
    read_tries,
    write_plan,
)

MARGIN = 0.05
PRICE = 0.1


def make_plan(tasks: int = 20, **more: object) -> Plan:
    names = tuple(f"task {number}" for number in range(tasks))
    plan = Plan("light", "mid", names, MARGIN, 0.05, 1000.0, PRICE, "policy")
    return replace(plan, **more)  # type: ignore[arg-type]


def by_rate(light: float, mid: float, seed: int = 0, usd: float | None = PRICE) -> RunTask:
    chance = random.Random(seed)

    def run(task: str, tier: str, limit: float) -> tuple[bool, float | None]:
        return chance.random() >= {"light": light, "mid": mid}[tier], usd

    return run


def test_a_tier_that_fails_as_rarely_is_certified_before_the_tasks_are_through(
    tmp_path: Path,
) -> None:
    result = carry_out(tmp_path, make_plan(400), by_rate(0.0, 0.0))
    assert result.stop == "certified"
    assert result.pairs < 200


def test_a_tier_that_is_plainly_worse_is_refuted_early(tmp_path: Path) -> None:
    result = carry_out(tmp_path, make_plan(400), by_rate(0.6, 0.05))
    assert result.stop == "refuted"
    assert result.pairs < 60
    assert result.difference.low > MARGIN


def test_few_tasks_decide_nothing_and_say_how_little_they_tell(tmp_path: Path) -> None:
    result = carry_out(tmp_path, make_plan(5), by_rate(0.0, 0.0))
    assert (result.stop, result.both) == ("tasks-done", 5)
    assert result.difference.high > 0.5


def test_an_unknown_cost_stops_it_and_is_never_zero(tmp_path: Path) -> None:
    plan = make_plan()
    result = carry_out(tmp_path, plan, by_rate(0.0, 0.0, usd=None))
    assert (result.stop, result.pairs) == ("unknown-cost", 0)
    again = carry_out(tmp_path, plan, by_rate(0.0, 0.0))
    assert (again.stop, len(list(read_tries(tmp_path, plan)))) == ("unknown-cost", 1)


def test_the_budget_is_hard(tmp_path: Path) -> None:
    plan = make_plan(max_usd=0.55)
    result = carry_out(tmp_path, plan, by_rate(0.0, 0.0))
    assert (result.stop, result.spent) == ("budget", pytest.approx(0.5))


def test_after_a_kill_it_goes_on_and_counts_what_the_lost_try_may_have_cost(
    tmp_path: Path,
) -> None:
    calls: list[str] = []

    def kill(task: str, tier: str, limit: float) -> tuple[bool, float | None]:
        calls.append(task)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return True, PRICE

    plan = make_plan(3, max_usd=0.65)
    with pytest.raises(KeyboardInterrupt):
        carry_out(tmp_path, plan, kill)
    with (tmp_path / "tries.jsonl").open("a") as handle:
        handle.write('{"task": 1, "tier": "mid", "pas')
    result = carry_out(tmp_path, plan, by_rate(0.0, 0.0))
    # Three tries before the kill, two after it; the lost one has taken the budget of the sixth.
    assert (result.stop, len(list(read_tries(tmp_path, plan)))) == ("budget", 5)


def test_what_fails_outside_is_no_outcome(tmp_path: Path) -> None:
    def fail(task: str, tier: str, limit: float) -> tuple[bool, float | None]:
        raise OutsideError("the network is down")

    plan = make_plan()
    assert carry_out(tmp_path, plan, fail).stop == "outside"
    assert list(read_tries(tmp_path, plan)) == []


def test_a_result_must_match_its_plan(tmp_path: Path) -> None:
    plan = make_plan(3)
    carry_out(tmp_path, plan, by_rate(0.0, 0.0))
    with pytest.raises(TierwiseError, match="another plan is registered"):
        carry_out(tmp_path, replace(plan, margin=0.2), by_rate(0.0, 0.0))
    data = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps({**data, "margin": 0.2}))
    with pytest.raises(TierwiseError, match="changed after it was registered"):
        read_plan(tmp_path)


def test_a_plan_reads_as_it_was_written(tmp_path: Path) -> None:
    write_plan(tmp_path, make_plan(3))
    assert read_plan(tmp_path) == make_plan(3)


def test_the_difference_is_bounded_on_both_sides() -> None:
    bounds = bound_difference(60, 2, 200, 0.05)
    assert 0 < bounds.low < 0.29 < bounds.high


def test_a_list_has_a_task_a_line() -> None:
    lines = ["# tasks", "", " one ", "two", "3", "4", "5", "6"]
    assert pick_tasks(lines, quick=False) == ("one", "two", "3", "4", "5", "6")
    assert pick_tasks(lines, quick=True) == ("one", "two", "3", "4", "5")

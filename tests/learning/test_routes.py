"""Which line of the policy an outcome speaks of, and what its parts tell."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.domain.table import load_default
from tierwise.learning.outcomes import Outcome
from tierwise.learning.recommend import Recommendation
from tierwise.learning.routes import find_line, recommend_routes
from tierwise.learning.signs import TELLING, Sign

OWN = {"tier": "mid", "rule": "tierwise.yaml:3"}


def make_table(**agents: dict[str, str]) -> dict[str, Any]:
    table = load_default()
    return {**table, "agents": {**table["agents"], **agents}}


def record(
    tier: str, tasks: int, failed: int = 0, *, agent: str = "", scope: str = "", kind: str = "tests"
) -> list[Outcome]:
    found = []
    for number in range(tasks):
        outcome = Outcome(f"{tier}{number}", "s", "", tier, kind, agent, scope, "")
        outcome.signs.append(Sign("gate", number < failed, TELLING))
        found.append(outcome)
    return found


def only(outcomes: list[Outcome], table: dict[str, Any]) -> Recommendation:
    (answer,) = recommend_routes(outcomes, table)
    return answer


@pytest.mark.parametrize(
    ("agent", "line"),
    [
        ("", ("routes", "tests")),
        ("general-purpose", ("routes", "tests")),
        ("nobody-named", ("routes", "tests")),
        (
            "test-writer",
            ("routes", "tests"),
        ),  # a preset's line, which gives way to its role's route
        ("mine", ("agents", "mine")),
        ("plugin:mine", ("agents", "mine")),
    ],
)
def test_the_line_that_decides_is_the_one_to_change(agent: str, line: tuple[str, str]) -> None:
    assert find_line("tests", agent, make_table(mine=OWN)) == line


def test_the_outcomes_of_an_agent_with_a_line_do_not_move_the_kind() -> None:
    table = make_table(mine=OWN)
    outcomes = [*record("light", 70, agent="mine"), *record("mid", 10)]
    kind, agent = recommend_routes(outcomes, table)
    assert (kind.section, kind.name, kind.direction) == ("routes", "tests", "none")
    assert (agent.section, agent.name, agent.proposed) == ("agents", "mine", "light")


def test_protected_work_of_an_agent_never_brings_its_line_down() -> None:
    table = make_table(mine={**OWN, "tier": "frontier"})
    answer = only(record("mid", 80, agent="mine", kind="security"), table)
    assert (answer.section, answer.name, answer.direction) == ("routes", "security", "none")


def test_a_part_with_few_outcomes_is_pulled_towards_the_work_s_rate() -> None:
    outcomes = [
        *record("mid", 100, 2, scope="single-file"),
        *record("mid", 2, 2, scope="multi-file"),
    ]
    rates = {part.name: part.rates["mid"].mean for part in only(outcomes, make_table()).parts}
    assert 0.4 < rates["multi-file"] < 0.9 < rates["single-file"]


def test_a_part_that_fails_on_the_tier_below_keeps_the_whole_where_it_is() -> None:
    outcomes = [
        *record("light", 2000, 10, scope="single-file"),
        *record("light", 20, 12, scope="multi-file"),
        *record("mid", 50, scope="single-file"),
        *record("mid", 20, scope="multi-file"),
    ]
    answer = only(outcomes, make_table())
    assert answer.certificate is not None
    assert answer.certificate.certified
    assert answer.direction == "none"
    assert "scope multi-file failed in 12 of 20" in answer.reason
    assert "`requires: [{scope: multi-file, tier: mid}]`" in answer.reason


def test_costs_are_those_of_each_tier() -> None:
    cheap, expensive = record("light", 1), record("mid", 2)
    for outcome in cheap:
        outcome.cost = 0.1
    expensive[0].cost = 0.5
    assert only([*cheap, *expensive], make_table()).costs == {"light": 0.1, "mid": 0.5}

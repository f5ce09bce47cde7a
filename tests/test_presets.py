"""The three presets and the starter policy say what their names promise."""

from __future__ import annotations

import datetime
import re

import pytest
from tests.support.cast import AGENTS, ROOT

from tierwise.domain.kinds import KINDS
from tierwise.policy.load import load_preset, parse_policy, preset_names
from tierwise.policy.starter import starter_policy

BUILT_IN = {"Explore", "Plan", "general-purpose"}
TODAY = datetime.date(2026, 11, 21)


def test_three_presets_are_shipped() -> None:
    assert preset_names() == ["balanced", "economy", "frontier-always"]


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_routes_every_kind_and_every_agent(name: str) -> None:
    policy = load_preset(name).policy
    assert set(policy.routes) == set(KINDS)
    assert set(policy.agents) == {*AGENTS, *BUILT_IN}


@pytest.mark.parametrize("name", preset_names())
def test_automated_work_needs_no_model_in_any_preset(name: str) -> None:
    assert load_preset(name).policy.automated == load_preset("balanced").policy.automated
    assert load_preset(name).policy.automated["preflight"] == "tierwise preflight"


def test_frontier_always_sends_everything_to_the_top() -> None:
    policy = load_preset("frontier-always").policy
    top = list(policy.tiers)[-1]
    assert {choice.tier for choice in policy.routes.values()} == {top}
    assert {choice.tier for choice in policy.agents.values() if choice} == {top}
    assert policy.default == top
    assert policy.mode == "rules"  # the score cannot send work down


@pytest.mark.parametrize("name", ["economy", "balanced"])
def test_what_must_stay_at_the_top_is_the_same_in_every_preset(name: str) -> None:
    policy, balanced = load_preset(name).policy, load_preset("balanced").policy
    assert policy.frontier_only == balanced.frontier_only
    for kind in policy.frontier_only.kinds:
        assert policy.routes[kind] == balanced.routes[kind]


def test_economy_is_never_dearer_than_balanced() -> None:
    economy, balanced = load_preset("economy").policy, load_preset("balanced").policy
    ladder = list(balanced.tiers)
    for section in ("routes", "agents"):
        cheap, usual = getattr(economy, section), getattr(balanced, section)
        assert all(
            ladder.index(cheap[name].tier) <= ladder.index(usual[name].tier) for name in usual
        )
    assert sum(economy.routes[kind].tier != balanced.routes[kind].tier for kind in KINDS) >= 10


@pytest.mark.parametrize("preset", preset_names())
@pytest.mark.parametrize("automated", [{}, {"lint": "ruff check .", "unit-tests": "pytest -q"}])
def test_the_starter_policy_extends_its_preset_and_is_reviewed_in_a_quarter(
    preset: str, automated: dict[str, str]
) -> None:
    policy = parse_policy(starter_policy(preset, TODAY, automated)).policy
    assert policy.extends == preset
    assert policy.review == datetime.date(2027, 2, 20)
    assert automated.items() <= policy.automated.items()
    assert policy.routes == load_preset(preset).policy.routes


def test_the_starter_policy_opens_with_its_schema_and_fits_on_a_page() -> None:
    text = starter_policy("balanced", TODAY).decode()
    assert text.startswith("# yaml-language-server: $schema=.tierwise/schema.json\n")
    assert len(text.splitlines()) < 60


def test_every_commented_example_of_the_starter_policy_is_valid() -> None:
    text = starter_policy("balanced", TODAY).decode()
    live = re.sub(r"(?m)^# (?=[a-z_]+:|  )", "", text)
    policy = parse_policy(live.encode()).policy
    assert policy.agents["e2e-tester"] is None
    assert "graphql" in policy.kinds and policy.session.model == "opusplan"


def test_presets_say_what_they_are_in_their_first_line() -> None:
    for name in preset_names():
        assert (
            (ROOT / f"templates/presets/{name}.yaml")
            .read_text(encoding="utf-8")
            .startswith(f"# {name}: ")
        )

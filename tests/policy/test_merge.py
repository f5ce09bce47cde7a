"""How a policy is laid over its preset, and where each value comes from."""

from __future__ import annotations

from tierwise.policy.load import Loaded, load_preset, parse_policy


def policy(text: str) -> Loaded:
    return parse_policy(text.encode())


def test_an_empty_policy_is_the_default_preset() -> None:
    assert policy("").policy == load_preset("balanced").policy


def test_mappings_merge_key_by_key() -> None:
    loaded = policy("tiers:\n  mid: {effort: high}\n")
    assert loaded.policy.tiers["mid"].model == "sonnet"
    assert loaded.policy.tiers["mid"].effort == "high"
    assert loaded.policy.tiers["light"].model == "haiku"


def test_lists_are_replaced() -> None:
    loaded = policy("frontier_only: {paths: [billing/**]}\n")
    assert loaded.policy.frontier_only.paths == ["billing/**"]
    assert "security" in loaded.policy.frontier_only.kinds


def test_a_route_replaces_the_preset_s_route_whole() -> None:
    loaded = policy("routes: {formatting: mid}\n")
    assert loaded.policy.routes["formatting"].tier == "mid"
    assert loaded.policy.routes["formatting"].effort is None


def test_a_new_tier_goes_on_top() -> None:
    assert list(policy("tiers: {top: {model: fable}}\n").policy.tiers) == [
        "light",
        "mid",
        "frontier",
        "top",
    ]


def test_a_policy_that_names_every_tier_gives_their_order() -> None:
    loaded = policy(
        "tiers: {local: {model: haiku, effort: low}, light: {}, mid: {}, frontier: {}}\n"
    )
    assert list(loaded.policy.tiers) == ["local", "light", "mid", "frontier"]
    assert loaded.policy.tiers["mid"].model == "sonnet"


def test_extends_none_stands_alone() -> None:
    loaded = policy("version: 1\nextends: none\ntiers: {one: {model: sonnet}}\ndefault: one\n")
    assert loaded.policy.routes == {}


def test_off_leaves_an_agent_out_in_every_spelling() -> None:
    for spelling in ("off", "'off'", "false", "no"):
        assert policy(f"agents: {{researcher: {spelling}}}\n").policy.agents["researcher"] is None

"""How a policy is laid over its preset, and where each value comes from."""

from __future__ import annotations

from tierwise.policy.load import Loaded, load_preset, parse_policy
from tierwise.policy.show import resolved_json, resolved_yaml


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


def test_the_resolved_policy_names_the_origin_of_each_value() -> None:
    shown = resolved_yaml(policy("version: 1\nroutes:\n  docs: mid\nreview: 2027-02-21\n"))
    assert any(
        line.split() == ["docs:", "mid", "#", "tierwise.yaml:3"] for line in shown.splitlines()
    )
    assert any(
        line.split("#")[1].strip().startswith("balanced.yaml:")
        for line in shown.splitlines()
        if "changelog" in line
    )
    assert "review: 2027-02-21" in shown


def test_a_line_that_was_merged_names_the_origin_of_each_part() -> None:
    shown = resolved_yaml(
        policy("version: 1\ntiers:\n  frontier: {model: fable}\n  top: {model: fable}\n")
    )
    origins = {
        line.split(":")[0].strip(): line.split("# ")[1]
        for line in shown.splitlines()
        if "fable" in line
    }
    assert origins == {
        "frontier": "tierwise.yaml:3, effort balanced.yaml:10",
        "top": "tierwise.yaml:4",
    }


def test_the_resolved_policy_reads_back_as_the_same_policy() -> None:
    loaded = policy(
        "routes: {docs: {tier: mid, effort: high}}\nagents: {'other:agent': light, Plan: off}\n"
    )
    again = policy(resolved_yaml(loaded) + "extends: none\n")
    assert again.policy.model_copy(update={"extends": None}) == loaded.policy


def test_the_json_view_has_the_same_origins() -> None:
    view = resolved_json(policy("version: 1\nroutes: {docs: mid}\n"))
    assert view["origins"]["routes.docs"] == "tierwise.yaml:2"
    assert view["policy"]["routes"]["docs"] == {"tier": "mid", "effort": None}

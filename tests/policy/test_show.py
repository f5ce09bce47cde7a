"""The resolved policy, and where each of its values was written."""

from __future__ import annotations

from tierwise.policy.load import Loaded, parse_policy
from tierwise.policy.show import resolved_json, resolved_yaml


def policy(text: str) -> Loaded:
    return parse_policy(text.encode())


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

"""The author's annotations."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify.signals import read_signals

ALL = {"scope": "single-file", "domain": "docs", "ambiguity": "low"}


@pytest.mark.parametrize(
    "task",
    [
        "[scope: single-file] [domain: docs] [ambiguity: low]\nUpdate it",
        "[scope: single-file]\n[domain: docs]\n[ambiguity: low]\nUpdate it",
        "[ambiguity: LOW][Domain: Docs][SCOPE: Single-File] Update it",
        "[ambiguity:low], [domain=docs]; [ scope : single_file ] Update it",
        "Update it [scope: single-file] [domain: docs] [ambiguity: low]",
        "Update it\n\n[scope: single file] [domain: docs] [ambiguity: low]\n",
    ],
)
def test_annotations_are_read_in_any_order_case_and_place(task: str) -> None:
    assert read_signals(task).tags == ALL


@pytest.mark.parametrize(
    "task",
    [
        "[scope: ] x",
        "[scope single-file] x",
        "[scope: everything] x",
        "[: docs] x",
        "[scope: single-file x",
        "[] x",
        "[[[",
    ],
)
def test_a_malformed_annotation_is_text(task: str) -> None:
    assert "scope" not in read_signals(task).tags


def test_the_unfilled_template_says_nothing() -> None:
    template = "[scope: single-file | multi-file | cross-service] [ambiguity: low | medium | high]\nfix the typo"
    assert read_signals(template).tags == {}


def test_of_two_values_the_higher_one_counts() -> None:
    assert read_signals("[ambiguity: low | high] x").tags["ambiguity"] == "high"
    assert (
        read_signals("[scope: single-file] x\n[scope: cross-service]").tags["scope"]
        == "cross-service"
    )


@pytest.mark.parametrize(
    ("annotation", "tier"),
    [
        ("[scope: cross-service]", "frontier"),
        ("[domain: security]", "frontier"),
        ("[domain: auth]", "frontier"),
        ("[ambiguity: high]", "frontier"),
        ("[scope: single-file] [domain: docs] [ambiguity: low]", "light"),
        ("[scope: single-file] [domain: config] [ambiguity: low]", "light"),
        ("[scope: single-file] [domain: tests] [ambiguity: low]", "light"),
        ("[domain: tests]", "mid"),
        ("[domain: feature] [ambiguity: medium]", "mid"),
        ("[domain: schema]", "frontier"),
    ],
)
def test_the_seed_s_rule_for_annotated_tasks(annotation: str, tier: str) -> None:
    assert route(f"{annotation}\nthe thing we talked about").tier == tier


def test_an_annotation_cannot_hide_what_the_text_says() -> None:
    decision = route(
        "[domain: docs] [ambiguity: low] [scope: single-file]\nfix the SQL injection in the login form"
    )
    assert (decision.tier, decision.floor) == ("frontier", "frontier")


def test_a_tier_at_the_head_is_an_override_and_says_so() -> None:
    decision = route("[tier: frontier] update the README")
    assert (decision.tier, decision.override, decision.below_floor) == ("frontier", True, False)
    assert any("override" in reason for reason in decision.reasons)


def test_only_an_override_at_the_head_passes_below_a_floor_and_it_is_recorded() -> None:
    decision = route("[tier: light]\nhash the passwords with argon2")
    assert (decision.tier, decision.floor, decision.below_floor) == ("light", "frontier", True)
    assert any("below the floor" in reason for reason in decision.reasons)


def test_a_tier_further_down_can_raise_but_not_lower() -> None:
    assert route("update the README\n[tier: frontier]").tier == "frontier"
    lowered = route("plan how we add teams\n[tier: light]")
    assert (lowered.tier, lowered.override) == ("frontier", False)
    assert any("cannot lower" in reason for reason in lowered.reasons)


def test_a_tier_may_be_called_by_its_model_and_an_unknown_one_is_left_out() -> None:
    assert route("[tier: opus] update the README").tier == "frontier"
    unknown = route("[tier: gigantic] update the README")
    assert (unknown.tier, unknown.override) == ("light", False)

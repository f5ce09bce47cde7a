"""``requires: "tierwise >= x"``: a policy names the Tierwise that it needs."""

from __future__ import annotations

import pytest

from tierwise import __version__
from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy


@pytest.mark.parametrize("text", [f"tierwise >= {__version__}", "tierwise<99", "Tierwise"])
def test_a_version_that_this_one_meets_changes_nothing(text: str) -> None:
    plain, asking = parse_policy(b"version: 1\n"), f'version: 1\nrequires: "{text}"\n'
    assert parse_policy(asking.encode()).policy == plain.policy


def test_a_newer_version_is_asked_for_before_anything_else_is_complained_of() -> None:
    with pytest.raises(
        PolicyError, match=r"tierwise\.yaml:1:1.*needs tierwise >= 99.*upgrade Tierwise"
    ):
        parse_policy(b'requires: "tierwise >= 99"\nversion: 2\nwhat_is_this: 1\n')


@pytest.mark.parametrize("text", ["ruff >= 1", "tierwise >>> 1", ""])
def test_what_names_no_version_of_tierwise_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="expected a version of Tierwise"):
        parse_policy(f'version: 1\nrequires: "{text}"\n'.encode())


def test_beside_capability_rules_the_places_of_these_stay_right() -> None:
    policy = b"version: 1\nrequires:\n- tierwise >= 0.1\n"
    policy += b"- {tier: frontier, scope: single-file}\n- {tier: mid, files_over: 3}\n"
    loaded = parse_policy(policy)
    assert [rule.tier for rule in loaded.policy.requires] == ["frontier", "mid"]
    assert [loaded.find_rule("requires", index) for index in (0, 1)] == [
        "tierwise.yaml:4",
        "tierwise.yaml:5",
    ]

"""A policy's faults of shape and of meaning are told in one run, and none that another one made up."""

from __future__ import annotations

import pytest

from tierwise.policy.complaints import PolicyError
from tierwise.policy.load import parse_policy


def list_keys(text: str) -> list[str]:
    """The keys that the error of a policy names, in the file's order."""
    with pytest.raises(PolicyError) as caught:
        parse_policy(text.encode())
    return [complaint.key for complaint in caught.value.complaints]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("extends: balancd\nroutes: {docs: ligth}\nmode: 3\n", ["extends", "routes.docs", "mode"]),
        ("routs: {a: b}\nroutes: {docs: ligth}\n", ["routs", "routes.docs"]),
        ("mode: 3\nagents: {x: nope}\nci: {routes: {docs: no}}\n", 3),
        ("tiers:\n  mid: {model: sonnet, effort: lo}\nroutes: {docs: ligth}\n", 2),
        ("requires: [{tier: 3}, {scope: cross-service, tier: nope}]\ntargets: [cluade]\n", 2),
        ("requires: [{scope: cross-service}, {scope: cross-service, tier: nope}]\nmode: x\n", 2),
    ],
)
def test_both_are_told_at_once(text: str, keys: list[str] | int) -> None:
    found = list_keys(text)
    assert keys in (found, len(found))


@pytest.mark.parametrize(
    "text",
    [
        "tires: {small: {model: haiku}}\nroutes: {docs: small}\n",
        "tiers: {small: 3}\nroutes: {docs: small}\n",
        "kinds: {letters: 3}\nroutes: {letters: mid}\n",
        "complexity: {promote_over: x, demote_under: 0.9}\n",
        "version: 1\ndefault: 3\nextends: none\ntiers: {only: {model: haiku}}\n",
        "requires: [{tier: mid, scop: cross-service}]\n",
        "tiers: {mid: {model: m, provider: openia, base_url: http://127.0.0.1/v1}}\n",
    ],
)
def test_what_a_misshapen_value_may_have_caused_is_not_told(text: str) -> None:
    assert len(list_keys(text)) == 1

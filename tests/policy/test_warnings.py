"""What a valid policy says that will not happen as it reads."""

from __future__ import annotations

from tierwise.policy.load import parse_policy
from tierwise.policy.warnings import list_warnings


def _warn(text: str) -> list[str]:
    return list(list_warnings(parse_policy(text.encode()).policy))


def test_a_route_under_a_floor_is_said_to_have_no_effect() -> None:
    assert _warn("version: 1\nroutes: {security: light}\n") == [
        "routes: light has no effect for security: `frontier_only.kinds` keeps it on frontier, the top tier"
    ]


def test_a_new_tier_that_came_out_on_top_is_said_once() -> None:
    policy = (
        "version: 1\ntiers: {local: {provider: openai, base_url: 'http://x/v1', model: qwen}}\n"
    )
    (warning,) = _warn(policy)
    assert warning.startswith("routes: frontier has no effect for security, schema, architecture")
    assert warning.endswith("keeps them on local, the top tier")


def test_a_policy_that_means_what_it_says_is_quiet() -> None:
    assert _warn("version: 1\nroutes: {docs: light}\n") == []
    assert _warn("version: 1\nextends: economy\n") == []
    assert _warn("version: 1\nextends: frontier-always\n") == []

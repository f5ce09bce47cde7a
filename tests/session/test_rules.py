"""The policy's rules for the main conversation."""

from __future__ import annotations

import pytest

from tierwise.domain import table
from tierwise.errors import TierwiseError
from tierwise.session.rules import read_rules


def test_a_policy_without_a_claude_tier_has_no_rules() -> None:
    policy = table.load_default()
    policy["tiers"] = {
        name: {**tier, "provider": "openai"} for name, tier in policy["tiers"].items()
    }
    with pytest.raises(TierwiseError, match="no tier of the policy is served by Claude Code"):
        read_rules(policy)

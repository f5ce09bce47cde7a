"""Which git hooks a policy wants."""

from __future__ import annotations

from pathlib import Path

from tests.support.hooked import git

from tierwise.checks.git_hooks.wanted import CHECKS, SYNC, find_optional_hooks, hooks_for


def test_the_policy_decides_which_hooks_there_are() -> None:
    assert hooks_for(None) == CHECKS
    assert hooks_for({"sync": "manual"}) == CHECKS
    assert hooks_for({"sync": "on-checkout"}) == CHECKS + SYNC


def test_a_policy_that_says_how_messages_look_is_a_wish_for_the_check(root: Path) -> None:
    for number in range(12):
        git(root, "commit", "-q", "--allow-empty", "-m", f"Change number {number}")
    assert find_optional_hooks(str(root), {})
    assert find_optional_hooks(str(root), {"checks": {"commit": {"preset": "spec", "types": None}}})
    assert not find_optional_hooks(str(root), {"checks": {"commit": {"types": ["feat"]}}})

"""Copilot's roles: the models that take a role's work are in its file."""

from __future__ import annotations

from pathlib import Path

import frontmatter
from tests.support.policies import synced

ROLE = ".github/agents/security-reviewer.agent.md"


def _read_model(repository: Path) -> object:
    return frontmatter.loads((repository / ROLE).read_text()).metadata["model"]


def test_a_tier_with_a_fallback_is_a_list_and_one_without_a_word(repository: Path) -> None:
    synced(repository, "targets: [copilot]\n")
    assert _read_model(repository) == "claude-opus-5.5"
    synced(repository, "targets: [copilot]\ntiers: {frontier: {model: opus, fallback: mid}}\n")
    assert _read_model(repository) == ["claude-opus-5.5", "claude-sonnet-5.5"]

"""Cline's roles: a provider, and the id of its model."""

from __future__ import annotations

from pathlib import Path

import frontmatter
import pytest
from tests.support.policies import synced


@pytest.mark.parametrize(
    ("model", "provider", "named"),
    [
        ("anthropic/claude-opus-5-5", "anthropic", "claude-opus-5-5"),
        ("openrouter/anthropic/claude-opus-5.5", "openrouter", "anthropic/claude-opus-5.5"),
        ("claude-opus-5-5", None, "claude-opus-5-5"),
    ],
)
def test_what_stands_before_the_first_slash_is_the_provider(
    model: str, provider: str | None, named: str, repository: Path
) -> None:
    synced(repository, f"targets: [cline]\ntiers: {{mid: {{cline: {model}}}}}\n")
    role = frontmatter.loads((repository / ".cline" / "agents" / "implementer.yaml").read_text())
    assert (role.metadata.get("providerId"), role.metadata["modelId"]) == (provider, named)

"""One answer to what a model's name means."""

from __future__ import annotations

import pytest

from tierwise.claude_hooks.enforce import asked_model
from tierwise.domain import models
from tierwise.domain.kinds import ALIASES
from tierwise.domain.ladder import Ladder
from tierwise.policy.compile import alias_of
from tierwise.routing.audit import same_model

OPUS_SPELLINGS = [
    "opus",
    "opus[1m]",
    "Opus",
    "anthropic/opus",
    "CLAUDE-OPUS-5-5",
    "claude-opus-5-5[1m]",
    "anthropic/claude-opus-5.5",
    "us.anthropic.claude-opus-5-5-v1:0",
    "bedrock/us-east-1/anthropic.claude-opus-5-5-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-5-v1:0",
    "vertex_ai/claude-opus-5-5@20260922",
    "claude-opus-5-5@default",
    "claude-opus-5-5-thinking",
    "openrouter/anthropic/claude-opus-5.5:thinking",
]


@pytest.mark.parametrize("spelling", OPUS_SPELLINGS)
def test_everybody_reads_the_same_family_from_a_name(spelling: str) -> None:
    assert models.known_id(spelling) == "claude-opus-5-5"
    assert models.family_of(spelling) == "opus"
    assert alias_of(spelling) == "opus"
    assert asked_model({"model": spelling}) == "opus"
    assert same_model("opus", spelling)
    ladder = Ladder(("light", "top"), ("claude-haiku-5-5", "claude-opus-5-5"), ("", ""))
    assert ladder.tier_of(spelling, "") == "top"


def test_every_model_of_the_list_has_the_family_that_the_list_says() -> None:
    listed = models.load_facts()["models"]
    assert {name: models.family_of(name) for name in listed} == {
        name: entry["family"] for name, entry in listed.items()
    }
    assert set(ALIASES) <= {entry["family"] for entry in listed.values()}


@pytest.mark.parametrize(
    "name", ["", "gpt-5", "ollama/opus", "my.opus", "magnum-opus-7b", "inherit", "notclaude-opus"]
)
def test_another_maker_s_model_is_of_no_family(name: str) -> None:
    assert models.family_of(name) is None
    assert models.known_id(name) is None


def test_a_version_that_nobody_knows_yet_has_a_family_and_no_price() -> None:
    assert models.family_of("claude-opus-9-1") == "opus"
    assert models.known_id("claude-opus-9-1") is None

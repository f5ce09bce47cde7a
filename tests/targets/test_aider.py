"""Aider's models: what goes into its settings, and the efforts in the file beside them."""

from __future__ import annotations

from pathlib import Path

import yaml
from tests.support.policies import status, synced

from tierwise.sync.repository import plan_sync, uninstall

SETTINGS = ".aider.conf.yml"
MODELS = ".aider.model.settings.yml"
TARGET = "targets: [aider]\n"


def _read_efforts(repository: Path) -> dict[str, object]:
    entries = yaml.safe_load((repository / MODELS).read_text())
    return {entry["name"]: entry["extra_params"] for entry in entries}


def test_each_model_has_its_tiers_effort_as_its_provider_takes_it(repository: Path) -> None:
    tiers = (
        "light: {aider: openai/small, effort: low}, mid: {aider: openrouter/a/middle, effort: high}"
    )
    synced(repository, f"{TARGET}tiers: {{{tiers}, frontier: {{model: opus, effort: max}}}}\n")
    assert _read_efforts(repository) == {
        "anthropic/claude-opus-5-5": {"output_config": {"effort": "max"}},
        "openrouter/a/middle": {"extra_body": {"reasoning": {"effort": "high"}}},
        "openai/small": {"extra_body": {"reasoning_effort": "low"}},
    }


def test_of_two_tiers_with_one_model_the_architects_effort_counts(repository: Path) -> None:
    synced(repository, f"{TARGET}tiers: {{mid: {{model: opus, effort: low}}}}\n")
    assert _read_efforts(repository)["anthropic/claude-opus-5-5"] == {
        "output_config": {"effort": "high"}
    }


def test_a_provider_whose_field_is_not_known_gets_none(repository: Path) -> None:
    named = ", ".join(f"{tier}: {{aider: x/{tier}}}" for tier in ("light", "mid", "frontier"))
    synced(repository, f"{TARGET}tiers: {{{named}}}\n")
    assert (repository / SETTINGS).is_file()
    assert not (repository / MODELS).exists()


def test_model_settings_of_the_users_own_stay_theirs(repository: Path) -> None:
    own = repository / MODELS
    own.write_bytes(b"- name: mine\r\n  edit_format: whole\r\n")
    before = own.read_bytes()
    synced(repository, TARGET)
    assert (own.read_bytes(), status(plan_sync(str(repository)))) == (before, {})
    uninstall(str(repository))
    assert own.read_bytes() == before


def test_an_effort_of_the_users_own_stays_theirs(repository: Path) -> None:
    own = repository / SETTINGS
    own.write_bytes(b"reasoning-effort: low  # ours\n")
    synced(repository, TARGET)
    assert own.read_bytes().startswith(b"reasoning-effort: low  # ours\n")
    uninstall(str(repository))
    assert own.read_bytes() == b"reasoning-effort: low  # ours\n"

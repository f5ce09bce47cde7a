"""Continue's models: an effort as its provider takes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from tests.support.policies import synced

PATH = ".continue/models/tierwise.yaml"


def _read_models(repository: Path, tiers: str) -> dict[str, dict[str, Any]]:
    synced(repository, f"targets: [continue]\ntiers: {{{tiers}}}\n")
    written = yaml.safe_load((repository / PATH).read_text())
    return {model["name"]: model for model in written["models"]}


def test_a_model_has_the_roles_of_its_tier(repository: Path) -> None:
    models = _read_models(repository, "mid: {effort: high}")
    assert {name: model["roles"] for name, model in models.items()} == {
        "light": ["chat", "summarize"],
        "mid": ["chat", "edit", "apply"],
        "frontier": ["chat", "subagent"],
    }


def test_an_effort_is_a_field_of_the_request_where_the_provider_takes_one(repository: Path) -> None:
    tiers = (
        "light: {continue: openrouter/a/small, effort: low}, mid: {continue: gemini/b, effort: low}"
    )
    models = _read_models(repository, f"{tiers}, frontier: {{model: opus, effort: max}}")
    body = {"reasoning": {"effort": "low"}}
    assert models["light"]["requestOptions"] == {"extraBodyProperties": body}
    assert models["mid"]["defaultCompletionOptions"] == {"reasoning": False}
    body = {"output_config": {"effort": "max"}}
    assert models["frontier"]["requestOptions"] == {"extraBodyProperties": body}
    assert "defaultCompletionOptions" not in models["frontier"]


def test_an_effort_that_is_left_open_is_left_to_the_client(repository: Path) -> None:
    light = _read_models(repository, "light: {model: haiku}, own: {model: opus}")["own"]
    assert not {"requestOptions", "defaultCompletionOptions"} & set(light)

"""Crush's settings are what its published schema takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
from tests.support.policies import synced

from tierwise.policy.section import Effort

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "schemas" / "crush.json").read_text())


@pytest.mark.parametrize("effort", get_args(Effort))
def test_every_effort_is_one_that_the_schema_knows(effort: str, repository: Path) -> None:
    synced(repository, f"targets: [crush]\ntiers: {{mid: {{effort: {effort}}}}}\n")
    settings = json.loads((repository / "crush.json").read_text())
    jsonschema.validate(settings, SCHEMA)
    assert set(settings["models"]) == {"large", "small"}


def test_the_schema_refuses_another_word() -> None:
    model = {"provider": "a", "model": "b", "reasoning_effort": "max"}
    with pytest.raises(jsonschema.ValidationError, match="max"):
        jsonschema.validate({"models": {"large": model}}, SCHEMA)

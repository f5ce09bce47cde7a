"""The published JSON Schema."""

from __future__ import annotations

import json

from tierwise import bundle
from tierwise.kinds import KINDS
from tierwise.policy.model import Policy
from tierwise.policy.schema import schema, schema_json


def test_every_key_of_the_policy_is_in_the_schema_with_a_description() -> None:
    properties = schema()["properties"]
    assert set(properties) == set(Policy.model_fields)
    assert [key for key, value in properties.items() if not value.get("description")] == []


def test_unknown_keys_are_refused_at_every_level() -> None:
    sections = [schema(), *schema()["$defs"].values()]
    assert all(section.get("additionalProperties") is False for section in sections if section.get("type") == "object")


def test_editors_complete_every_kind_of_work() -> None:
    assert set(schema()["properties"]["routes"]["properties"]) == set(KINDS)


def test_a_policy_needs_no_more_than_its_version() -> None:
    assert schema()["required"] == ["version"]
    assert "required" not in schema()["$defs"]["Tier"]


def test_the_shipped_schema_is_the_model_s() -> None:
    assert bundle.read_text("templates", "schema.json") == schema_json(), "run python templates/regenerate.py"
    assert json.loads(schema_json()) == schema()

"""The JSON Schema of ``tierwise.yaml``, for editors and other tools.

It is shipped as ``templates/schema.json``, for making it takes longer, and more memory, than a whole sync.
It refuses what the validation refuses, but for what depends on a second value: whether a tier or a kind of work exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.domain.kinds import ALIASES, AUTOMATED, KINDS
from tierwise.policy import meaning
from tierwise.policy.load import preset_names
from tierwise.policy.model import Policy

Schema = dict[str, Any]


def load_schema() -> Schema:
    """Return the schema, with what a file may leave out to its preset no longer required."""
    result = Policy.model_json_schema()
    result["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    result["title"] = "tierwise.yaml"
    _leave_out_to_the_preset(result)
    _name_the_kinds(result["properties"], result["$defs"])
    _hold_the_names(result["properties"], result["$defs"])
    _hold_the_models(result["$defs"])
    _name_the_targets(result["properties"], result["$defs"])
    return result


def schema_json() -> str:
    """Return the schema as text, as it is shipped in ``templates/schema.json``."""
    text = json.dumps(
        load_schema(),
        indent=1,
        ensure_ascii=False,
    )
    return f"{text}\n"


def _leave_out_to_the_preset(result: Schema) -> None:
    """Let a policy overlay its preset: it may change one key of a tier and leave the others; without one it is whole."""
    tier = result["$defs"]["Tier"]
    whole = {
        "minProperties": 1,
        "additionalProperties": {"required": tier.pop("required")},
    }
    result["if"] = _has_value("extends", "none")
    result["then"] = {
        "required": result.pop("required"),
        "properties": {"tiers": whole},
    }
    del result["properties"]["tiers"]["minProperties"]
    extends = result["properties"]["extends"]
    result["properties"]["extends"] = {
        "enum": [*preset_names(), "none"],
        "description": extends["description"],
    }


def _has_value(key: str, value: str) -> Schema:
    """Return the schema of objects with a key of one value."""
    return {"properties": {key: {"const": value}}, "required": [key]}


def _name_the_kinds(
    properties: Schema,
    sections: Schema,
) -> None:
    """Name the known kinds, so that editors complete them; others are allowed, as `kinds:` declares one's own."""
    routes = properties["routes"]
    choice = routes["additionalProperties"]
    routes["properties"] = {}
    for kind, words in KINDS.items():
        routes["properties"][kind] = {"description": words, **choice}
    in_ci = sections["CI"]["properties"]["routes"]
    for section in (routes, in_ci):
        section["propertyNames"] = _none_of(AUTOMATED)
    properties["kinds"]["propertyNames"] = _none_of([*KINDS, *AUTOMATED])
    automated = properties["automated"]
    automated["propertyNames"] = {"enum": list(AUTOMATED)}
    command = automated["additionalProperties"]["anyOf"][0]
    command["pattern"] = r"\S"


def _none_of(names: Iterable[str]) -> Schema:
    return {"not": {"enum": list(names)}}


def _hold_the_names(
    properties: Schema,
    sections: Schema,
) -> None:
    taken = ["automated", *meaning.taken_names()]
    properties["tiers"]["propertyNames"] = {
        **_anchor_pattern(meaning.TIER_NAME),
        **_none_of(taken),
    }
    properties["agents"]["propertyNames"] = _anchor_pattern(meaning.AGENT_NAME)
    for section in ("FrontierOnly", "OwnKind"):
        paths = sections[section]["properties"]["paths"]
        paths["items"] |= _anchor_pattern(meaning.INSIDE)
    sections["Requirement"]["minProperties"] = 2  # the tier, and a condition


def _hold_the_models(sections: Schema) -> None:
    session = sections["Session"]["properties"]
    model = session["model"]["anyOf"][0]
    model |= _match_model([*ALIASES, *meaning.SESSION_ONLY])
    effort = session["effort"]["anyOf"][0]
    effort["enum"].remove("max")
    tier = sections["Tier"]
    tier["properties"]["model"]["examples"] = list(ALIASES)
    tier["if"] = _has_value("provider", "openai")
    address = {"type": "string", **_anchor_pattern(meaning.URL)}
    tier["then"] = {
        "required": ["base_url"],
        "properties": {"base_url": address},
    }
    tier["else"] = {
        "properties": {
            "base_url": {"type": "null"},
            "model": _match_model(ALIASES),
        }
    }


def _match_model(aliases: Iterable[str]) -> Schema:
    return _anchor_pattern("|".join([*aliases, meaning.FULL_ID]))


def _name_the_targets(
    properties: Schema,
    sections: Schema,
) -> None:
    targets = properties["targets"]
    targets["items"] = {"enum": list_targets()}
    targets["uniqueItems"] = True
    tier = sections["Tier"]["properties"]
    for target in list_targets():
        if target != CLAUDE:
            model = tier[target]["anyOf"][0]
            model |= _anchor_pattern(meaning.MODEL_NAME)


def _anchor_pattern(pattern: str) -> Schema:
    return {"pattern": f"^({pattern})$"}

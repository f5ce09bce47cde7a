"""The JSON Schema of ``tierwise.yaml``, for editors and other tools.

It is shipped as ``templates/schema.json``, for making it takes longer, and more memory, than a whole sync.
It refuses what the validation refuses, but for what depends on a second value: whether a tier or a kind of work exists.
"""

from __future__ import annotations

import json
from typing import Any

from tierwise.domain.coding_tools import CLAUDE, list_targets
from tierwise.domain.kinds import ALIASES, AUTOMATED, KINDS
from tierwise.policy import meaning
from tierwise.policy.load import preset_names
from tierwise.policy.model import Policy

Schema = dict[str, Any]


def load_schema() -> Schema:
    """The schema, with what a file may leave out to its preset no longer required."""
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
    """The schema as text, as it is shipped in ``templates/schema.json``."""
    return json.dumps(load_schema(), indent=1, ensure_ascii=False) + "\n"


def _leave_out_to_the_preset(result: Schema) -> None:
    """A policy overlays its preset: it may change one key of a tier and leave the others; without one it is whole."""
    whole = {
        "minProperties": 1,
        "additionalProperties": {"required": result["$defs"]["Tier"].pop("required")},
    }
    result["if"] = {"properties": {"extends": {"const": "none"}}, "required": ["extends"]}
    result["then"] = {"required": result.pop("required"), "properties": {"tiers": whole}}
    del result["properties"]["tiers"]["minProperties"]
    extends = result["properties"]["extends"]
    result["properties"]["extends"] = {
        "enum": [*preset_names(), "none"],
        "description": extends["description"],
    }


def _name_the_kinds(properties: Schema, sections: Schema) -> None:
    """Editors complete the known kinds; others are allowed, for kinds of one's own are declared under `kinds:`."""
    choice = properties["routes"]["additionalProperties"]
    properties["routes"]["properties"] = {
        kind: {"description": words, **choice} for kind, words in KINDS.items()
    }
    for routes in (properties["routes"], sections["CI"]["properties"]["routes"]):
        routes["propertyNames"] = {"not": {"enum": list(AUTOMATED)}}
    properties["kinds"]["propertyNames"] = {"not": {"enum": [*KINDS, *AUTOMATED]}}
    properties["automated"]["propertyNames"] = {"enum": list(AUTOMATED)}
    properties["automated"]["additionalProperties"]["anyOf"][0]["pattern"] = r"\S"


def _hold_the_names(properties: Schema, sections: Schema) -> None:
    taken = ["automated", *meaning.taken_names()]
    properties["tiers"]["propertyNames"] = {
        **_anchor_pattern(meaning.TIER_NAME),
        "not": {"enum": taken},
    }
    properties["agents"]["propertyNames"] = _anchor_pattern(meaning.AGENT_NAME)
    for section in ("FrontierOnly", "OwnKind"):
        sections[section]["properties"]["paths"]["items"] |= _anchor_pattern(meaning.INSIDE)
    sections["Requirement"]["minProperties"] = 2  # the tier, and a condition


def _hold_the_models(sections: Schema) -> None:
    aliases, more = "|".join(ALIASES), "|".join((*ALIASES, *meaning.SESSION_ONLY))
    session, tier = sections["Session"]["properties"], sections["Tier"]
    session["model"]["anyOf"][0] |= _anchor_pattern(f"{more}|{meaning.FULL_ID}")
    session["effort"]["anyOf"][0]["enum"].remove("max")
    tier["properties"]["model"]["examples"] = list(ALIASES)
    tier["if"] = {"properties": {"provider": {"const": "openai"}}, "required": ["provider"]}
    tier["then"] = {
        "required": ["base_url"],
        "properties": {"base_url": {"type": "string", **_anchor_pattern(meaning.URL)}},
    }
    tier["else"] = {
        "properties": {
            "base_url": {"type": "null"},
            "model": _anchor_pattern(f"{aliases}|{meaning.FULL_ID}"),
        }
    }


def _name_the_targets(properties: Schema, sections: Schema) -> None:
    properties["targets"] |= {"items": {"enum": list_targets()}, "uniqueItems": True}
    for target in list_targets():
        if target != CLAUDE:
            model = sections["Tier"]["properties"][target]["anyOf"][0]
            model |= _anchor_pattern(meaning.MODEL_NAME)


def _anchor_pattern(pattern: str) -> Schema:
    return {"pattern": f"^({pattern})$"}

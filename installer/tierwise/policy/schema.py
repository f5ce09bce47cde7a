"""The JSON Schema of ``tierwise.yaml``, for editors and other tools.

It is shipped as ``templates/schema.json``, for making it takes longer, and more memory, than a whole sync.
"""

from __future__ import annotations

import json
from typing import Any

from tierwise.kinds import AUTOMATED, KINDS
from tierwise.policy.model import Policy


def schema() -> dict[str, Any]:
    """The schema, with what a file may leave out to its preset no longer required."""
    result = Policy.model_json_schema()
    result["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    result["title"] = "tierwise.yaml"
    result["required"] = ["version"]
    properties = result["properties"]
    properties["extends"]["examples"] = ["balanced", "frontier-always", "economy", "none"]
    properties["automated"]["propertyNames"] = {"enum": list(AUTOMATED)}
    # Editors complete the known kinds; others are allowed, for kinds of one's own are declared under `kinds:`.
    known = {
        kind: {"description": words, **properties["routes"]["additionalProperties"]} for kind, words in KINDS.items()
    }
    properties["routes"]["properties"] = known
    tier = result["$defs"]["Tier"]["properties"]
    tier["model"]["examples"] = ["haiku", "sonnet", "opus", "fable"]
    # A policy overlays its preset: it may change one key of a rung and leave the others.
    result["$defs"]["Tier"].pop("required", None)
    return result


def schema_json() -> str:
    """The schema as text, as it is shipped in ``templates/schema.json``."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"

"""The gate ``schema``: a structured answer satisfies a JSON Schema."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate

_FAULTS_SHOWN = 20
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n```\s*\Z", re.S)


@gate("schema", inspects="answer", verifies=True)
def check_schema(change: ChangeSet, config: GateConfig) -> Verdict:
    """Pass when the answer, which may stand in one fenced block, satisfies ``gates.answer_schema``."""
    path = config.answer_schema
    if not path:
        return Verdict(False, "gates.answer_schema names no schema", ran=False)
    if change.answer is None:
        return Verdict(False, "there is no answer to check, only changed files", ran=False)
    try:
        with open(os.path.join(change.root, change.folder, path), encoding="utf-8") as handle:
            schema = json.load(handle)
    except (OSError, ValueError) as error:
        return Verdict(False, f"{path}: {error}", ran=False)
    return check_fit(change.answer, schema)


def check_fit(answer: str, schema: Any) -> Verdict:
    """Check that ``answer`` is JSON that satisfies ``schema``; every fault with its place."""
    import jsonschema

    fenced = _FENCE.match(answer)
    try:
        value = json.loads(fenced[1] if fenced else answer)
    except ValueError as error:
        return Verdict(False, f"the answer is not JSON: {error}")
    validator_class = jsonschema.validators.validator_for(
        schema, default=jsonschema.Draft202012Validator
    )
    try:
        validator_class.check_schema(schema)
    except jsonschema.SchemaError as error:
        return Verdict(False, f"the schema itself is wrong: {error.message}", ran=False)
    faults = sorted(
        validator_class(schema).iter_errors(value), key=lambda fault: list(map(str, fault.path))
    )
    return Verdict(
        not faults,
        "\n".join(f"{fault.json_path}: {fault.message}" for fault in faults[:_FAULTS_SHOWN]),
    )

"""The gate ``schema``: a structured answer satisfies a JSON Schema."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from tierwise import fastjson
from tierwise.contained import find_inside
from tierwise.files import TooLargeError, read_bytes
from tierwise.gates.model import ChangeSet, GateConfig, Verdict
from tierwise.gates.registry import gate

_FAULTS_SHOWN = 20
_LIMIT = 8 << 20  # bytes of a schema that are read at most
_FENCE = re.compile(
    r"\A\s*```(?:json)?\s*\n(.*)\n```\s*\Z",
    re.S,
)


@gate("schema", inspects="answer", verifies=True)
def check_schema(
    change: ChangeSet,
    config: GateConfig,
) -> Verdict:
    """Pass when the answer, which may stand in one fenced block, satisfies ``gates.answer_schema``."""
    path = config.answer_schema
    if not path:
        return Verdict(
            False,
            "gates.answer_schema names no schema",
            ran=False,
        )
    if change.answer is None:
        return Verdict(
            False,
            "there is no answer to check, only changed files",
            ran=False,
        )
    place = find_inside(
        os.path.join(change.root, change.folder),
        path,
    )
    if place is None:
        return Verdict(
            False,
            f"gates.answer_schema: {path} leads out of the repository",
            ran=False,
        )
    try:
        data = read_bytes(place, limit=_LIMIT)
        schema = fastjson.loads(data or b"")
    except (OSError, ValueError, TooLargeError) as error:
        return Verdict(False, f"{path}: {error}", ran=False)
    return check_fit(change.answer, schema)


def check_fit(answer: str, schema: Any) -> Verdict:
    """Check that ``answer`` is JSON that satisfies ``schema``; every fault with its place."""
    import jsonschema
    from referencing.exceptions import Unresolvable

    fenced = _FENCE.match(answer)
    try:
        value = json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError) as error:
        return Verdict(
            False,
            f"the answer is not JSON: {error}",
        )
    try:
        faults = _find_faults(value, schema)
    except jsonschema.SchemaError as error:
        return Verdict(
            False,
            f"the schema itself is wrong: {error.message}",
            ran=False,
        )
    except (Unresolvable, RecursionError, TypeError) as error:
        return Verdict(
            False,
            f"the schema itself is wrong: {error}",
            ran=False,
        )
    shown = [f"{fault.json_path}: {fault.message}" for fault in faults[:_FAULTS_SHOWN]]
    return Verdict(not faults, "\n".join(shown))


def _find_faults(value: Any, schema: Any) -> list[Any]:
    """Find every fault, by its place.  Raises SchemaError, Unresolvable, RecursionError, TypeError."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for
    from referencing import Registry

    kind = validator_for(schema, default=Draft202012Validator)
    kind.check_schema(schema)
    # With the library's own registry it would fetch what `$ref` names, from any address or file.
    validator = kind(schema, registry=Registry())
    return sorted(
        validator.iter_errors(value),
        key=lambda fault: list(map(str, fault.path)),
    )

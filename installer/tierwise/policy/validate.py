"""From plain data to the policy model, with errors that a person can act on."""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from tierwise.domain import coding_tools
from tierwise.policy.complaints import (
    Complaint,
    PolicyError,
    did_you_mean,
    join_path,
    one_of,
)
from tierwise.policy.meaning import Fault, find_faults
from tierwise.policy.model import Policy
from tierwise.policy.remainder import find_other_faults, read_path
from tierwise.policy.source import Path, Source

_VALUE_WIDTH = 60  # characters of a found value in a message
# What pydantic calls a fault -> what would have been right.
_EXPECTED = {
    "string_type": "expected text",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "dict_type": "expected a mapping (key: value)",
    "model_type": "expected a mapping (key: value)",
    "list_type": "expected a list",
    "date_type": "expected a date, YYYY-MM-DD",
    "date_parsing": "expected a date, YYYY-MM-DD",
    "date_from_datetime_parsing": "expected a date, YYYY-MM-DD",
    "date_from_datetime_inexact": "expected a date, YYYY-MM-DD",
    "string_too_short": "expected text that is not empty",
    "too_short": "expected at least one entry",
}
Schema = dict[str, Any]
_MANY = 8  # choices that a person still reads through
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def validate_policy(source: Source) -> Policy:
    """Return the policy that ``source`` (already merged) says.  Raises PolicyError with every fault found."""
    try:
        policy = Policy.model_validate(source.data)
    except ValidationError as error:
        complaints = [_make_complaint(source, item) for item in error.errors()]
        others = find_other_faults(source.data, error)
        complaints += _list_complaints(source, others)
        raise PolicyError(_sort_complaints(complaints)) from None
    complaints = _list_complaints(source, find_faults(policy))
    if complaints:
        raise PolicyError(_sort_complaints(complaints))
    return policy


def _list_complaints(
    source: Source,
    faults: Iterable[Fault],
) -> list[Complaint]:
    complaints = []
    for path, message in faults:
        place = str(place_of(source, path))
        complaints.append(Complaint(place, join_path(path), message))
    return complaints


def place_of(source: Source, path: Path) -> object:
    """Return where ``path`` was written, or its nearest parent that was."""
    while path and path not in source.places:
        path = path[:-1]
    return source.places.get(path, source.name)


def _make_complaint(source: Source, item: Any) -> Complaint:
    path = read_path(item)
    place = str(place_of(source, path))
    message = _write_message(path, item)
    return Complaint(place, join_path(path), message)


def _write_message(path: Path, item: Any) -> str:
    kind = item["type"]
    found = item["input"]
    if kind == "extra_forbidden":
        return _explain_unknown_key(path)
    if kind == "missing":
        return f'"{path[-1]}" is missing'
    return f"found {show_value(found)}; {_explain_value(kind, found, item)}"


def _explain_unknown_key(path: Path) -> str:
    known = _known_keys(path[:-1])
    hint = did_you_mean(path[-1], known)
    tools = coding_tools.list_targets()
    choices = [key for key in known if key not in tools]  # a tier may name its model in each tool
    if hint and len(choices) > _MANY:
        return f"there is no such key{hint}"
    return f"there is no such key; expected {one_of(choices)}{hint}"


def _explain_value(
    kind: str,
    found: Any,
    item: Any,
) -> str:
    """Say what was expected in the place of ``found``."""
    context = item.get("ctx", {})
    if kind == "literal_error":
        listed = context["expected"].replace(" or ", ", ")
        choices = [choice.strip("'") for choice in listed.split(", ")]
        hint = did_you_mean(found, choices)
        return f"expected {one_of(choices)}{hint}"
    if kind == "model_type" and context.get("class_name") == "Assignment":
        return "expected a tier, or {tier: ..., effort: ...}"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"expected {words} {context[key]:g}"
    if kind in _EXPECTED:
        return _EXPECTED[kind]
    if kind == "value_error":
        return str(context["error"])
    return str(item["msg"])


def show_value(value: Any) -> str:
    """Return a found value as a person wrote it, short."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, datetime.date | datetime.datetime):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= _VALUE_WIDTH:
        return text
    return text[: _VALUE_WIDTH - 3] + '…"'


@functools.cache
def _load_schema() -> Schema:
    return Policy.model_json_schema()


def _known_keys(path: Path) -> list[str]:
    """Return the keys that the policy's schema knows at ``path``."""
    nodes = [_load_schema()]
    for part in path:
        children = []
        for node in nodes:
            children += _list_children(node, part)
        nodes = children
    keys: dict[str, None] = {}
    for node in nodes:
        keys |= dict.fromkeys(node.get("properties", {}))
    return list(keys) or ["no key here"]


def _list_children(
    node: Schema,
    part: str | int,
) -> list[Schema]:
    if isinstance(part, int):
        found = node.get("items")
    else:
        known = node.get("properties", {})
        found = known.get(
            part,
            node.get("additionalProperties"),
        )
    if not isinstance(found, dict):
        return []
    return _list_alternatives(found)


def _list_alternatives(node: Schema) -> list[Schema]:
    if "$ref" in node:
        name = node["$ref"].rsplit("/", 1)[1]
        return _list_alternatives(_load_schema()["$defs"][name])
    branches = node.get("anyOf") or node.get("allOf")
    if not branches:
        return [node]
    leaves = []
    for branch in branches:
        leaves += _list_alternatives(branch)
    return leaves


def _sort_complaints(complaints: list[Complaint]) -> list[Complaint]:
    def order(complaint: Complaint) -> tuple[str, int, int]:
        file, _, rest = complaint.place.partition(":")
        line, _, column = rest.partition(":")
        return file, int(line or 0), int(column or 0)

    return sorted(complaints, key=order)

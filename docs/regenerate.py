"""Write the part of docs/policy.md that is made from the policy model: every key, its values, its default.

    python docs/regenerate.py

A test holds the page to what this writes.
"""

import json
from pathlib import Path
from typing import Any

from tierwise.policy.model import Policy

PAGE = Path(__file__).parent / "policy.md"
MARK = "<!-- From here on made by docs/regenerate.py from the policy model. -->\n"
WORDS = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false"}

Schema = dict[str, Any]


def reference() -> str:
    """One table for the page's top level, then one for each section, in the order of the model."""
    schema = Policy.model_json_schema()
    parts = [_table({**schema, "required": []})]  # the preset has what is not written
    for path, section in _sections(schema, schema["$defs"], ""):
        parts.append(f"### `{path}`\n\n{section['description']}\n\n{_table(section)}")
    return "\n".join(parts)


def _sections(schema: Schema, known: Schema, path: str) -> list[tuple[str, Schema]]:
    found = []
    for key, member in schema.get("properties", {}).items():
        for here, name in _named(member, f"{path}{key}"):
            if name != "Assignment":
                found += [(here, known[name]), *_sections(known[name], known, f"{here}.")]
    return found


def _named(schema: Schema, path: str) -> list[tuple[str, str]]:
    """The sections that a value may be, each with the path that leads there."""
    if "$ref" in schema:
        return [(path, schema["$ref"].rsplit("/", 1)[1])]
    inner = [*schema.get("anyOf", []), *schema.get("allOf", [])]
    found = [named for branch in inner for named in _named(branch, path)]
    if isinstance(schema.get("additionalProperties"), dict):
        found += _named(schema["additionalProperties"], f"{path}.NAME")
    return found + (_named(schema["items"], f"{path}[]") if "items" in schema else [])


def _table(schema: Schema) -> str:
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, member in schema.get("properties", {}).items():
        default = "required" if key in schema.get("required", []) else _default(member)
        cells = (f"`{key}`", _value(member), default, member.get("description", "").rstrip("."))
        rows.append(
            "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
        )
    return "\n".join(rows) + "\n" if len(rows) > 2 else "No key yet.\n"


def _default(member: Schema) -> str:
    default = member.get("default")
    if default is None or default in ({}, []):
        return "-"
    return (
        f"`{json.dumps(default, ensure_ascii=False)}`"
        if not isinstance(default, str)
        else f"`{default}`"
    )


def _value(schema: Schema) -> str:
    """What may be written, in words."""
    several = schema.get("anyOf") or schema.get("oneOf") or []
    branches = [branch for branch in several if branch.get("type") != "null"]
    if branches:
        words = [_value(branch) for branch in branches]
        return " or ".join(
            dict.fromkeys(
                "a tier" if _is_choice(branches) and word == "text" else word for word in words
            )
        )
    if "$ref" in schema:
        return (
            "`{tier: …, effort: …}`"
            if schema["$ref"].endswith("/Assignment")
            else "a mapping, below"
        )
    if _choices(schema):
        return ", ".join(f"`{choice}`" for choice in _choices(schema))
    if schema.get("type") == "array":
        return f"list of {_value(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"name: {_value(schema['additionalProperties'])}"
    return (
        "date, YYYY-MM-DD"
        if schema.get("format") == "date"
        else WORDS.get(schema.get("type", ""), "a mapping, below")
    )


def _choices(schema: Schema) -> list[Any]:
    """The values to choose from, as a person writes them: YAML reads ``on`` and ``off`` as booleans."""
    choices = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return list(
        dict.fromkeys(
            ("on" if choice else "off") if isinstance(choice, bool) else choice
            for choice in choices
        )
    )


def _is_choice(branches: list[Schema]) -> bool:
    return any(branch.get("$ref", "").endswith("/Assignment") for branch in branches)


if __name__ == "__main__":
    by_hand = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(by_hand + MARK + "\n" + reference(), encoding="utf-8", newline="\n")

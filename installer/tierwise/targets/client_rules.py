"""Whether Claude Code loads an agent's file, by its own rules as measured on 2.1.329.

It parses the frontmatter as YAML.  Where that fails it tries once more with every plain value of a top-level line
in quotes.  Then `name` and `description` must be text that is not empty.
Merge keys (`<<`) count; a file in UTF-16 is passed over.
"""

from __future__ import annotations

import json
import re

import yaml

from tierwise.targets.splice import frontmatter_block

_HEAD = 64  # bytes of a file; UTF-16 has a NUL in every second one
_PLAIN_LINE = re.compile(
    r"""
    ^ ([A-Za-z_][\w-]*) :  # the key
    [ \t]+
    ([^"'\s] .*?)          # a value without quotes
    [ \t]* $
    """,
    re.MULTILINE | re.VERBOSE,
)


def refusal_reason(data: bytes) -> str:
    """Return why the client does not load an agent's file; empty where it does."""
    if b"\0" in data[:_HEAD]:
        return "it is UTF-16; save it as UTF-8"
    block = frontmatter_block(data)
    if block is None:
        return "it has no frontmatter between two `---` lines"
    try:
        text = (
            data[block.start : block.end]
            .decode("utf-8")
            .replace(
                "\r\n",
                "\n",
            )
        )
    except UnicodeDecodeError:
        return "it is not UTF-8"
    values = _parse_frontmatter(text)
    if values is None:
        values = _parse_frontmatter(_PLAIN_LINE.sub(_read_quoted, text))
    if values is None:
        return "its frontmatter is not valid YAML"
    for key in ("name", "description"):
        value = values.get(key)
        if not isinstance(value, str) or not value:
            return f"it has no `{key}:` with a text"
    return ""


def _read_quoted(found: re.Match[str]) -> str:
    return f"{found[1]}: {json.dumps(found[2])}"


def _parse_frontmatter(text: str) -> dict[object, object] | None:
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    return values

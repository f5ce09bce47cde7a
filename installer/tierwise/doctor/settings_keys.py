"""The settings files of other tools, and single keys in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tierwise.checks.languages.json_text import strip_comments
from tierwise.doctor.override_table import ANY
from tierwise.targets.formats import JSON
from tierwise.targets.toml_format import TOML

_EACH = "*"

Values = Mapping[str, Any]


def read_values(data: bytes, language: str) -> Values | None:
    """Tell what a settings file says; None where it is not of its language."""
    try:
        values = _load(data, language)
    except ValueError:
        return None
    if isinstance(values, Mapping):
        return values
    return None


def has_value(
    values: object,
    keys: Sequence[str],
    wanted: object,
) -> bool:
    """Tell whether keys, one below the other, lead to a value; ``*`` is each entry of a list."""
    for value in _follow_keys(values, keys):
        if wanted is ANY:
            return True
        is_alike = type(value) is type(wanted)  # 1 is no `true`
        if is_alike and value == wanted:
            return True
    return False


def _load(data: bytes, language: str) -> object:
    if language == "TOML":
        return TOML.load(data)
    return JSON.load(strip_comments(data))  # which these tools allow


def _follow_keys(
    values: object,
    keys: Sequence[str],
) -> Iterator[object]:
    if not keys:
        yield values
        return
    first, *rest = keys
    if first == _EACH and isinstance(values, list):
        for value in values:
            yield from _follow_keys(value, rest)
    elif isinstance(values, Mapping) and first in values:
        yield from _follow_keys(values[first], rest)

"""Facts about models: names, list prices, context windows, relative cost by effort.

The figures are those of ``models.json`` beside this module: read from the Claude Code 2.1.329 client on the
date that the file gives as ``as_of``; US dollars per million tokens.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Any


@functools.cache
def facts() -> dict[str, Any]:
    """The whole of ``models.json``."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models.json")
    with open(path, encoding="utf-8") as handle:
        data: dict[str, Any] = json.load(handle)
    return data


def as_of() -> str:
    """The date of the figures, YYYY-MM-DD."""
    return str(facts()["as_of"])


def full_id(model: str) -> str:
    """The full id behind an alias; any other name comes back as it is."""
    return str(facts()["aliases"].get(model, model))


def entry(model: str) -> dict[str, Any] | None:
    """The facts of a model by alias or full id (dated and provider-prefixed ids too); None for an unknown one."""
    models: dict[str, dict[str, Any]] = facts()["models"]
    name = full_id(model).lower()
    if name in models:
        return models[name]
    # claude-haiku-4-5-20251001, us.anthropic.claude-opus-4-8-v1:0: the longest known id inside the name
    inside = [known for known in models if known in name and not _goes_on(name, known)]
    return models[max(inside, key=len)] if inside else None


def _goes_on(name: str, known: str) -> bool:
    """Whether ``known`` is only the beginning of another version in ``name`` (claude-opus-5 in claude-opus-5-9)."""
    rest = name.partition(known)[2]
    digits = rest.removeprefix("-").split("-")[0].split("@")[0]
    return rest[:1].isdigit() or (digits.isdigit() and len(digits) < 6)

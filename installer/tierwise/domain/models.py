"""Facts about models: names, list prices, context windows, relative cost by effort.

The figures are those of ``models.json`` beside this module: read from the Claude Code 2.1.329 client on the
date that the file gives as ``as_of``; US dollars per million tokens.
"""

from __future__ import annotations

import functools
import json
import os
import re
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


def known_id(model: str) -> str | None:
    """The id in ``models.json`` that a name means; None for a model that is not there.

    Strict, because a price hangs on it: an alias, the id itself, or the id in a provider's spelling (a date,
    ``@date``, ``-v1:0``, ``[1m]`` after it; ``us.anthropic.``, ``anthropic/``, ``vertex_ai/`` or the ARN of an
    inference profile before it), never a near match.
    """
    models: dict[str, Any] = facts()["models"]
    name = full_id(model.lower())
    if name in models:
        return name
    spelled = _SPELLING.fullmatch(name)
    if not spelled:
        return None
    name = spelled["id"]
    # The first models of generation 4 were served as claude-opus-4-20250514, without a minor version.
    return next((known for known in (name, f"{name}-0") if known in models), None)


def entry(model: str) -> dict[str, Any] | None:
    """The facts of the model that :func:`known_id` finds; None for an unknown one."""
    known = known_id(model)
    return facts()["models"][known] if known else None


_SPELLING = re.compile(
    r"(?:arn:aws[a-z-]*:bedrock:[^/]*/)?(?:(?:bedrock|vertex|vertex_ai|openrouter)/)?"
    r"(?:[a-z-]+\.)?(?:anthropic[./])?"
    r"(?P<id>claude-[a-z0-9-]+?)"
    r"(?:-v\d+(?=@))?(?:[-@]\d{8}|-latest|@default|@latest)?(?:-v\d+(?::\d+)?)?(?:\[1m\])?"
)

"""The resolved policy as YAML, each value with the place where it was written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from tierwise.policy.complaints import join_path
from tierwise.policy.load import Loaded

_WIDTH = 48


def resolved_yaml(loaded: Loaded) -> str:
    """Return the policy with its preset merged in; every line ends in the ``file:line`` that it comes from."""
    lines = _show_lines(loaded, loaded.source.data, (), 0)
    return "\n".join(lines) + "\n"


def resolved_json(loaded: Loaded) -> dict[str, Any]:
    """Return the policy with all defaults, and the place of every value that somebody wrote."""
    origins = {
        join_path(path): loaded.find_rule(*path)
        for path in loaded.source.places
        if path and _is_present(loaded, path)
    }
    return {
        "schema_version": 1,
        "policy": loaded.policy.model_dump(mode="json"),
        "origins": origins,
    }


def _show_lines(
    loaded: Loaded,
    value: Mapping[str, Any],
    path: tuple[str | int, ...],
    depth: int,
) -> list[str]:
    lines = []
    for key, member in value.items():
        here = (*path, key)
        indent = "  " * depth
        head = f"{indent}{_show_flow(key)}:"
        if isinstance(member, dict) and member and depth < 1:
            lines += [head, *_show_lines(loaded, member, here, depth + 1)]
        elif isinstance(member, list) and member:
            lines.append(head)
            for index, item in enumerate(member):
                line = f"{indent}  - {_show_flow(item)}"
                origin = loaded.find_rule(*here, index)
                lines.append(_with_origin(line, origin))
        else:
            line = f"{head} {_show_flow(member)}"
            origins = _show_origins(loaded, member, here)
            lines.append(_with_origin(line, origins))
    return lines


def _show_origins(
    loaded: Loaded,
    value: Any,
    path: tuple[str | int, ...],
) -> str:
    """Return where a line's value was written; where it was merged, also which of its parts come from elsewhere."""
    origin = loaded.find_rule(*path)
    if not isinstance(value, dict):
        return origin
    origins = [origin]
    for key in value:
        place = loaded.find_rule(*path, key)
        if not _same_file(place, origin):
            origins.append(f"{key} {place}")
    return ", ".join(origins)


def _same_file(place: str, other: str) -> bool:
    file_name, _, _ = place.rpartition(":")
    other_name, _, _ = other.rpartition(":")
    return file_name == other_name


def _with_origin(line: str, origin: str) -> str:
    return f"{line:<{_WIDTH}}  # {origin}"


def _show_flow(value: Any) -> str:
    text: str = yaml.safe_dump(
        value,
        default_flow_style=True,
        sort_keys=False,
        width=10_000,
        allow_unicode=True,
    )
    return text.removesuffix("...\n").strip()


def _is_present(
    loaded: Loaded,
    path: tuple[str | int, ...],
) -> bool:
    value: Any = loaded.source.data
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return not isinstance(value, dict)

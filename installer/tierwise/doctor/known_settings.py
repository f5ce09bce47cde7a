"""Keys for which Claude Code drops a settings file as a whole, as measured on 2.1.197 and 2.1.332.

They are looked for where no client is here that can be asked.  ``templates/client-settings.json`` lists them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tierwise import bundle

_KNOWN = ("templates", "client-settings.json")
_SHOWN = 60  # letters of a value
_ABSENT = object()
_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "string": (str,),
    "number": (int, float),
    "count": (int,),
    "list": (list,),
    "object": (dict,),
}
_RUNS = {
    "command": "command",
    "prompt": "prompt",
    "agent": "prompt",
    "http": "url",
}
"""The kinds of a hook's entry, and the key in which each says what it does."""


def find_bad_keys(
    settings: Mapping[str, Any],
    *,
    is_older: bool,
) -> Iterator[tuple[str, str]]:
    """Yield each key for which the client drops the file, and what stands there.

    ``is_older``: the client is one that drops a file also for an entry which newer ones leave out.
    """
    known = json.loads(bundle.read_text(*_KNOWN))
    sections = [known["any"]]
    if is_older:
        sections.append(known["older"])
    for section in sections:
        for kind, keys in section.items():
            for key in keys:
                value = _value_at(settings, key)
                if value is not _ABSENT and not _is_of_kind(value, kind):
                    yield key, _show(value)
    yield from _find_other_words(settings, known["choices"], known["required"])
    if is_older:
        yield from _find_bad_hooks(settings.get("hooks"))


def is_loadable(entry: Mapping[str, Any]) -> bool:
    """Return whether the client takes an entry of a hook's list; newer clients leave out those it does not take."""
    kind = entry.get("type")
    if kind == "mcp_tool":
        return True
    if not isinstance(kind, str) or kind not in _RUNS:
        return False
    runs = entry.get(_RUNS[kind])
    timeout = entry.get("timeout", 1)
    has_time = _is_of_kind(timeout, "number") and timeout > 0
    return isinstance(runs, str) and has_time


def _find_other_words(
    settings: Mapping[str, Any],
    choices: Mapping[str, list[str]],
    required: list[str],
) -> Iterator[tuple[str, str]]:
    for key, words in choices.items():
        value = _value_at(settings, key)
        above, _, _ = key.rpartition(".")
        parent = _value_at(settings, above)
        if value is _ABSENT and key in required and isinstance(parent, Mapping):
            yield key, "missing"
        if isinstance(value, str) and value not in words:
            yield key, _show(value)


def _find_bad_hooks(hooks: object) -> Iterator[tuple[str, str]]:
    if not isinstance(hooks, Mapping):
        return
    for event, groups in hooks.items():
        if not isinstance(groups, list):
            yield f"hooks.{event}", _show(groups)
            continue
        for group in groups:
            if not _is_whole_group(group):
                yield f"hooks.{event}", _show(group)


def _is_whole_group(group: object) -> bool:
    """Tell whether every entry of a matcher's group is one that the client takes."""
    if not isinstance(group, Mapping):
        return False
    entries = group.get("hooks")
    matcher = group.get("matcher", "")
    if not isinstance(entries, list) or not isinstance(matcher, str):
        return False
    return all(isinstance(entry, Mapping) and is_loadable(entry) for entry in entries)


def _is_of_kind(value: object, kind: str) -> bool:
    if isinstance(value, bool) and kind != "boolean":
        return False
    is_right = isinstance(value, _TYPES[kind])
    return is_right and (kind != "count" or value > 0)  # type: ignore[operator]


def _value_at(
    settings: Mapping[str, Any],
    dotted: str,
) -> object:
    value: object = settings
    for key in dotted.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return _ABSENT
        value = value[key]
    return value


def _show(value: object) -> str:
    return json.dumps(value)[:_SHOWN]

"""Our entries in ``.claude/settings.json``, which belongs to the user.

Ours are the hook entries whose command starts our launcher, and the main session's ``model`` and
``effortLevel`` where the policy's ``session:`` sets them.  Every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from tierwise.digests import hash_sha256
from tierwise.domain.hook_line import LAUNCHER
from tierwise.domain.record import Entry
from tierwise.loose import as_list, as_mapping
from tierwise.targets import jsontext
from tierwise.targets.splice import read_bom
from tierwise.targets.target import Read, WantedFile

PATH = ".claude/settings.json"
_HOOKS = "hooks"
_ABSENT = {"absent": True}

Groups = Mapping[str, list[Any]]
"""Hook entries as the settings have them: event -> groups."""


def settings_target(
    hooks: Groups,
    keys: Mapping[str, str],
    read: Read,
    entry: Entry | None,
    *,
    path: str = PATH,
) -> WantedFile:
    """Return a settings file with our hook entries (event -> groups) and session keys in it."""
    current = read(path)
    try:
        return _splice_settings(
            path,
            current,
            entry,
            hooks,
            keys,
        )
    except ValueError as error:
        return WantedFile(
            path,
            _write_canonical(hooks, keys),
            b"",
            None,
            shared=True,
            problem=f"is not usable JSON: {error}",
        )


def _splice_settings(
    path: str,
    current: bytes | None,
    entry: Entry | None,
    hooks: Groups,
    keys: Mapping[str, str],
) -> WantedFile:
    """Put our part into the user's settings.  Raises ValueError where they are no JSON object."""
    wanted = _write_canonical(hooks, keys)
    text = _decode_settings(current)
    found = None
    if current is not None:
        found = _find_part(text, _list_owned_keys(keys, entry))
    is_all_there = current is not None and found == wanted
    if current is not None and entry is not None and is_all_there:
        # The user's layout of our part stays.
        return WantedFile(
            path,
            wanted,
            current,
            found,
            shared=True,
            before=entry.before,
            original=entry.original,
        )
    bare = _read_bare(text, current, entry)
    content = text
    if not is_all_there:
        content = _insert_part(bare, hooks, keys)
    bom = read_bom(current or b"")
    before: bytes | None = bom + bare.encode()
    if current is None or _is_ours_whole(bare, entry):
        before = None
    return WantedFile(
        path,
        wanted,
        bom + content.encode(),
        found,
        shared=True,
        before=before,
        original=_read_original(bare, keys),
    )


def _read_original(
    bare: str,
    keys: Iterable[str],
) -> dict[str, Any]:
    """Return what stood in the settings where our part goes."""
    settings = _parse_settings(bare).value
    original = {key: settings.get(key, _ABSENT) for key in keys}
    return original | _own_empty_hooks(bare)


def _list_owned_keys(
    keys: Mapping[str, str],
    entry: Entry | None,
) -> list[str]:
    """Return the session keys that are ours; those of a session that was not set before are the user's still."""
    if entry is None:
        return list(keys)
    return [key for key in entry.original if key != _HOOKS]


def _read_bare(
    text: str,
    current: bytes | None,
    entry: Entry | None,
) -> str:
    """Return the settings without our part: as they were before it, where nobody has edited them since."""
    if entry is None:
        return restored(text, {})
    if current is not None and hash_sha256(current) == entry.whole:
        return _decode_settings(entry.before)
    return restored(text, entry.original)


def _is_ours_whole(bare: str, entry: Entry | None) -> bool:
    """Return whether we made the file, and nothing of the user's is in it."""
    return entry is not None and entry.before is None and bare.strip() in ("", "{}")


def restored(text: str, original: Mapping[str, Any]) -> str:
    """Return the settings without our part: our hook entries out, the session keys as they were."""
    if not text.strip():
        return text
    text = _restore_hooks(text, original.get(_HOOKS))
    for key, value in original.items():
        if key == _HOOKS:
            continue
        if value == _ABSENT:
            text = jsontext.remove(text, [key])
        else:
            text = jsontext.set_member(text, [], key, value)
    return text


def _restore_hooks(text: str, own_empty: Any) -> str:
    """Return the settings without our hook entries, and without the ``hooks`` that held nothing else.

    ``own_empty`` are the user's own empty events, as the record has them; None where ``hooks`` was not empty or not
    there.
    """
    hooks = jsontext.parse(text).get(_HOOKS)
    if hooks is None:
        return text
    for event in as_mapping(hooks.value):
        text = _without_ours(text, event)
        is_kept = isinstance(own_empty, list) and event in own_empty
        is_emptied = hooks.value[event] and _find_groups(text, event) == []
        if is_emptied and not is_kept:
            text = jsontext.remove(text, [_HOOKS, event])
    after = jsontext.parse(text).value[_HOOKS]
    if hooks.value and after == {} and own_empty is None:
        text = jsontext.remove(text, [_HOOKS])
    return text


def remove_part(current: bytes, entry: Entry) -> bytes | None:
    """Return the file without our part, whatever else was edited since; None where nothing of the user's is left."""
    text = restored(_decode_settings(current), entry.original)
    if entry.before is None and _parse_settings(text).value == {}:
        return None
    return read_bom(current) + text.encode()


def _own_empty_hooks(text: str) -> dict[str, list[str]]:
    """Return what is to stay of ``hooks`` although it is empty: the user's own empty lists, or the empty object."""
    value = _parse_settings(text).value.get(_HOOKS)
    if not isinstance(value, dict):
        return {}
    empty = [event for event, groups in value.items() if groups == []]
    if value and not empty:
        return {}
    return {_HOOKS: empty}


def _without_ours(text: str, event: str) -> str:
    """Return the settings without our entries in the groups of one event."""
    groups = _find_groups(text, event)
    if not isinstance(groups, list):
        return text
    for index in reversed(range(len(groups))):
        hooks = _hooks_of(groups[index])
        ours = [number for number, hook in enumerate(hooks) if _is_ours(hook)]
        group: list[str | int] = [_HOOKS, event, index]
        if ours and len(ours) == len(hooks):
            text = jsontext.remove(text, group)
            continue
        for number in reversed(ours):
            text = jsontext.remove(
                text,
                [*group, _HOOKS, number],
            )
    return text


def _find_groups(text: str, event: str) -> Any:
    return jsontext.parse(text).value[_HOOKS][event]


def _insert_part(
    text: str,
    hooks: Groups,
    keys: Mapping[str, str],
) -> str:
    fresh = not text.strip()
    if fresh:
        text = "{}"
    for key, value in keys.items():
        text = jsontext.set_member(text, [], key, value)
    for event, groups in hooks.items():
        for group in groups:
            text = jsontext.append_item(
                text,
                [_HOOKS, event],
                group,
            )
    if fresh:
        text += "\n"
    return text


def _find_part(text: str, keys: list[str]) -> bytes | None:
    """Return our part as it stands in the file, in the canonical form; None where nothing of ours is there."""
    value = _parse_settings(text).value
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    hooks = value.get(_HOOKS, {})
    if not _is_object_of_lists(hooks):
        raise ValueError('expected "hooks" to be an object of lists')
    ours = _find_our_groups(hooks)
    if not ours and not keys:
        return None
    owned = {key: value[key] for key in keys if key in value}
    return _write_canonical(ours, owned)


def _find_our_groups(hooks: Groups) -> Groups:
    """Return the groups with an entry of ours, by event."""
    ours = {}
    for event, groups in hooks.items():
        of_event = [group for group in groups if _has_ours(group)]
        if of_event:
            ours[event] = of_event
    return ours


def _is_object_of_lists(hooks: object) -> bool:
    if not isinstance(hooks, dict):
        return False
    return all(isinstance(groups, list) for groups in hooks.values())


def _has_ours(group: Any) -> bool:
    return any(_is_ours(hook) for hook in _hooks_of(group))


def _hooks_of(group: Any) -> list[Any]:
    return as_list(as_mapping(group).get(_HOOKS))


def _is_ours(hook: Any) -> bool:
    return isinstance(hook, dict) and LAUNCHER in str(hook.get("command", ""))


def _write_canonical(
    hooks: Groups,
    keys: Mapping[str, Any],
) -> bytes:
    part = {"hooks": hooks, **keys}
    return json.dumps(part, sort_keys=True).encode()


def _parse_settings(text: str) -> jsontext.Node:
    """Return the tree of the settings; a blank file says what an empty object says."""
    if not text.strip():
        text = "{}"
    return jsontext.parse(text)


def _decode_settings(data: bytes | None) -> str:
    if data is None:
        return ""
    text = data.decode("utf-8-sig")
    root = _parse_settings(text)
    if not isinstance(root.value, dict):
        raise ValueError("expected an object")
    return text

"""Our entries in ``.claude/settings.json``, which belongs to the user.

Ours are the hook entries whose command starts our launcher, and the main session's ``model`` and
``effortLevel`` where the policy's ``session:`` sets them.  Every other byte stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tierwise.digests import hash_sha256
from tierwise.domain.hook_line import LAUNCHER, OLD_ADDRESS
from tierwise.domain.record import Entry
from tierwise.targets import jsontext
from tierwise.targets.target import Read, WantedFile

PATH = ".claude/settings.json"
_BOM = b"\xef\xbb\xbf"
_HOOKS = "hooks"
_ABSENT = {"absent": True}


def settings_target(
    hooks: Mapping[str, list[Any]],
    keys: Mapping[str, str],
    read: Read,
    entry: Entry | None,
    *,
    path: str = PATH,
) -> WantedFile:
    """A settings file with our hook entries (event -> groups) and session keys in it."""
    current = read(path)
    wanted = _write_canonical(hooks, keys)
    try:
        return _splice_settings(path, current, entry, hooks, keys)
    except ValueError as error:
        problem = f"is not usable JSON: {error}"
        return WantedFile(path, wanted, b"", None, shared=True, problem=problem)


def _splice_settings(
    path: str,
    current: bytes | None,
    entry: Entry | None,
    hooks: Mapping[str, list[Any]],
    keys: Mapping[str, str],
) -> WantedFile:
    """Put our part into the user's settings.  Raises ValueError where they are no JSON object."""
    original = {} if entry is None else entry.original
    # Keys of a session that was not set before are the user's still.
    owned = [key for key in (keys if entry is None else original) if key != _HOOKS]
    wanted = _write_canonical(hooks, keys)
    text = _decode_settings(current)
    found = None if current is None else _find_part(text, owned)
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
            original=original,
        )
    bare = _read_bare(text, current, entry)
    content = text if is_all_there else _insert_part(bare, hooks, keys)
    bom = _BOM if (current or b"").startswith(_BOM) else b""
    before = None
    if current is not None and not _is_ours_whole(bare, entry):
        before = bom + bare.encode()
    return WantedFile(
        path,
        wanted,
        bom + content.encode(),
        found,
        shared=True,
        before=before,
        original={key: _find_member(bare, key) for key in keys} | _own_empty_hooks(bare),
    )


def _read_bare(text: str, current: bytes | None, entry: Entry | None) -> str:
    """The settings without our part: as they were before it, where nobody has edited them since."""
    if entry is None:
        return restored(text, {})
    if current is not None and hash_sha256(current) == entry.whole:
        return _decode_settings(entry.before)
    return restored(text, entry.original)


def _is_ours_whole(bare: str, entry: Entry | None) -> bool:
    """Whether we made the file, and nothing of the user's is in it."""
    return entry is not None and entry.before is None and bare.strip() in ("", "{}")


def restored(text: str, original: Mapping[str, Any]) -> str:
    """The settings without our part: our hook entries out, the session keys as they were."""
    if not text.strip():
        return text
    hooks = jsontext.parse(text).get(_HOOKS)
    own_empty = original.get(_HOOKS)
    for event in _list_events(hooks):
        is_kept = own_empty is not None and event in own_empty
        text = _without_ours(text, event, keep=is_kept)
    after = jsontext.parse(text).get(_HOOKS)
    emptied = hooks is not None and hooks.value and after is not None and after.value == {}
    if emptied and own_empty is None:
        text = jsontext.remove(text, [_HOOKS])
    for key, value in original.items():
        if key == _HOOKS:
            continue
        if value == _ABSENT:
            text = jsontext.remove(text, [key])
        else:
            text = jsontext.set_member(text, [], key, value)
    return text


def _list_events(hooks: jsontext.Node | None) -> list[str]:
    if hooks is None or not isinstance(hooks.value, dict):
        return []
    return list(hooks.value)


def remove_part(current: bytes, entry: Entry) -> bytes | None:
    """The file without our part, whatever else was edited since; None where nothing of the user's is left."""
    bom = _BOM if current.startswith(_BOM) else b""
    text = restored(_decode_settings(current), entry.original)
    if entry.before is None and _parse_settings(text).value == {}:
        return None
    return bom + text.encode()


def _own_empty_hooks(text: str) -> dict[str, list[str]]:
    """What is to stay of ``hooks`` although it is empty: the user's own empty lists, or the empty object."""
    value = _parse_settings(text).value.get(_HOOKS)
    if not isinstance(value, dict):
        return {}
    empty = [event for event, groups in value.items() if groups == []]
    if value and not empty:
        return {}
    return {_HOOKS: empty}


def _without_ours(text: str, event: str, *, keep: bool) -> str:
    groups = jsontext.parse(text).value["hooks"][event]
    if not isinstance(groups, list):
        return text
    touched = False
    for index in reversed(range(len(groups))):
        hooks = _hooks_of(groups[index])
        ours = [number for number, hook in enumerate(hooks) if _is_ours(hook)]
        if ours and len(ours) == len(hooks):
            text = jsontext.remove(text, ["hooks", event, index])
            touched = True
        else:
            for number in reversed(ours):
                text = jsontext.remove(text, ["hooks", event, index, "hooks", number])
    if touched and not keep and jsontext.parse(text).value["hooks"][event] == []:
        text = jsontext.remove(text, ["hooks", event])
    return text


def _insert_part(text: str, hooks: Mapping[str, list[Any]], keys: Mapping[str, str]) -> str:
    fresh = not text.strip()
    if fresh:
        text = "{}"
    for key, value in keys.items():
        text = jsontext.set_member(text, [], key, value)
    for event, groups in hooks.items():
        for group in groups:
            text = jsontext.append_item(text, ["hooks", event], group)
    if fresh:
        text += "\n"
    return text


def _find_part(text: str, keys: list[str]) -> bytes | None:
    """Our part as it stands in the file, in the canonical form; None where nothing of ours is there."""
    value = _parse_settings(text).value
    if not isinstance(value, dict):
        raise ValueError("expected an object")
    hooks = value.get("hooks", {})
    if not _is_object_of_lists(hooks):
        raise ValueError('expected "hooks" to be an object of lists')
    ours = {}
    for event, groups in hooks.items():
        of_event = [group for group in groups if _has_ours(group)]
        if of_event:
            ours[event] = of_event
    if not ours and not keys:
        return None
    owned = {key: value[key] for key in keys if key in value}
    return _write_canonical(ours, owned)


def _is_object_of_lists(hooks: object) -> bool:
    if not isinstance(hooks, dict):
        return False
    return all(isinstance(groups, list) for groups in hooks.values())


def _has_ours(group: Any) -> bool:
    return any(_is_ours(hook) for hook in _hooks_of(group))


def _hooks_of(group: Any) -> list[Any]:
    if not isinstance(group, dict):
        return []
    hooks = group.get("hooks")
    return hooks if isinstance(hooks, list) else []


def _is_ours(hook: Any) -> bool:
    if not isinstance(hook, dict):
        return False
    return LAUNCHER in str(hook.get("command", "")) or _is_over_http(hook)


def _is_over_http(hook: Mapping[str, Any]) -> bool:
    url = str(hook.get("url", ""))
    return url.startswith("http://127.0.0.1:") and OLD_ADDRESS in url


def _find_member(text: str, key: str) -> Any:
    value = _parse_settings(text).value
    return value.get(key, _ABSENT)


def _write_canonical(hooks: Mapping[str, list[Any]], keys: Mapping[str, Any]) -> bytes:
    return json.dumps({"hooks": hooks, **keys}, sort_keys=True).encode()


def _parse_settings(text: str) -> jsontext.Node:
    """The tree of the settings; a blank file says what an empty object says."""
    return jsontext.parse(text if text.strip() else "{}")


def _decode_settings(data: bytes | None) -> str:
    if data is None:
        return ""
    text = data.decode("utf-8-sig")
    root = _parse_settings(text)
    if not isinstance(root.value, dict):
        raise ValueError("expected an object")
    return text

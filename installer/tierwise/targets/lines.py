"""Single lines of ours in a file of the user's: put in with what stood there before, and taken out again."""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from dataclasses import replace
from typing import Any

import yaml

from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry
from tierwise.targets.formats import TextFormat
from tierwise.targets.splice import (
    RawValues,
    Values,
    frontmatter_block,
)
from tierwise.targets.target import RepoReader, WantedFile

_NAMED_KEYS = 3
"""Keys that a refusal names; Gemini CLI's settings have one a role."""


def splice_lines(
    text: TextFormat,
    path: str,
    data: bytes,
    lines: Values,
    entry: Entry | None,
) -> WantedFile:
    """Return our lines in a file of the user's, with what stood there before.

    Where the file is not of its language, or cannot take the lines without a change of the rest, it is a problem.
    Lines that were ours once and are not wanted any more go back to what stood there.
    """
    was_spliced = entry is not None and entry.part is not None
    remembered: RawValues = {}
    if entry is not None and was_spliced:
        remembered = _list_remembered(entry)
    changed = {**_drop_keys(remembered, lines), **lines}
    try:
        current = text.read(data, list(changed))
        content = text.write(data, changed)
    except ValueError as error:
        return _refuse_lines(text, path, data, lines, entry, error)
    fresh = _drop_keys(current, remembered)
    found = _drop_keys(current, fresh) or current
    wanted = WantedFile(
        path,
        pack_lines(text, lines),
        content,
        pack_lines(text, found),
        shared=True,
        before=data,
        original=current,
        problem=_find_fault(text, data, content, changed),
    )
    if entry is None or not was_spliced:
        return wanted
    # A line that is wanted for the first time is no part of what was written: the file was not edited for want of it.
    original = {**fresh, **remembered}
    before = entry.before or b""
    if hash_sha256(data) != entry.whole:
        before = text.write(data, original)
    unwanted = _drop_keys(original, lines)
    kept = _drop_keys(original, unwanted)
    return replace(wanted, before=before, original=kept)


def _refuse_lines(
    text: TextFormat,
    path: str,
    data: bytes,
    lines: Values,
    entry: Entry | None,
    error: ValueError,
) -> WantedFile:
    """Refuse a file that is not of its language: it stays as it is."""
    part = pack_lines(text, lines)
    found = None
    if entry is not None:
        found = part
    problem = f"cannot be read: {error}"
    return WantedFile(
        path,
        part,
        data,
        found,
        shared=True,
        problem=problem,
    )


def _list_remembered(entry: Entry) -> RawValues:
    """Return what stood where our lines are; a record may come from anybody, and other values than texts are none."""
    lines = {}
    for key, value in entry.original.items():
        if value is None or isinstance(value, str):
            lines[key] = value
    return lines


def _drop_keys(
    lines: Values,
    keys: Container[str],
) -> RawValues:
    return {key: value for key, value in lines.items() if key not in keys}


def config_file(
    text: TextFormat,
    path: str,
    lines: Values,
    seen: RepoReader,
) -> WantedFile:
    """Write single values in a tool's own settings, which are the user's; a file that is not there is written anew."""
    data = seen.read(path)
    entry = seen.state.get(path)
    if data is None:
        part = pack_lines(text, lines)
        content = text.write(b"", lines)
        original = dict.fromkeys(lines)
        return WantedFile(
            path,
            part,
            content,
            None,
            shared=True,
            original=original,
        )
    wanted = splice_lines(text, path, data, lines, entry)
    if entry is None or entry.part is None or entry.before is not None:
        return wanted
    if not text.is_blank(wanted.before or b""):
        return wanted
    wanted = replace(wanted, before=None)
    if hash_sha256(data) == entry.whole:
        # All of it is ours: it depends on nothing that stood there once.
        return replace(wanted, content=text.write(b"", lines))
    return wanted


def restore_lines(
    text: TextFormat,
    current: bytes,
    entry: Entry,
    is_ours: Callable[[str], bool],
) -> bytes | None:
    """Return the user's file with the lines that stood there before ours; None where nothing of theirs is left.

    The record may come from anybody: only keys that ``is_ours`` knows are put back.  Raises ValueError where the
    file cannot be read.
    """
    remembered = _list_remembered(entry)
    lines = {key: value for key, value in remembered.items() if is_ours(key)}
    restored = text.write(current, lines)
    if entry.before is None and text.is_blank(restored):
        return None
    if entry.before is None:
        return restored
    ours = text.read(current, list(lines))
    if _is_with_lines(text, entry.before, ours, current):
        return entry.before
    return restored


def _is_with_lines(
    text: TextFormat,
    before: bytes,
    lines: Values,
    current: bytes,
) -> bool:
    """Return whether a file is the one before with our lines in it: then that one comes back, layout and all."""
    try:
        return text.write(before, lines) == current
    except ValueError:
        return False


def pack_lines(text: TextFormat, lines: Values) -> bytes:
    """Return our part of a file, in one canonical form."""
    plain = dict(lines)
    for key, raw in lines.items():
        if raw is not None:
            plain[key] = text.normalize(raw)
    return json.dumps(plain, sort_keys=True).encode()


def _find_fault(
    text: TextFormat,
    data: bytes,
    content: bytes,
    lines: Values,
) -> str:
    """Say why our lines cannot be put in safely: the tool would read another file; empty where it would not."""
    before = _load(text, data)
    if before is None:
        return ""  # not of the language before either: nothing but our lines changes
    is_rest_kept = _changes_only(text, before, content, lines)
    if is_rest_kept and not _doubles_key(data, content):
        return ""
    return f"has a layout in which {_name_keys(lines)} cannot be set without changing the rest"


def _changes_only(
    text: TextFormat,
    before: dict[Any, Any],
    content: bytes,
    lines: Values,
) -> bool:
    """Return whether a file says what it said before, but for our lines, which it has as they are wanted."""
    after = _load(text, content)
    if after is None:
        return False
    rest_before = text.drop_keys(before, lines)
    rest_after = text.drop_keys(after, lines)
    if rest_before != rest_after:
        return False
    written = text.read(content, list(lines))
    return _list_set(written) == _list_set(lines)


def _list_set(values: Values) -> set[str]:
    """Return the keys that have a value."""
    return {key for key, value in values.items() if value is not None}


def _doubles_key(data: bytes, content: bytes) -> bool:
    """Return whether a key stands twice that stood once."""
    return _has_key_twice(content) and not _has_key_twice(data)


def _name_keys(lines: Values) -> str:
    names = [f"`{key}`" for key in lines]
    shown = " and ".join(names[:_NAMED_KEYS])
    unnamed = len(names) - _NAMED_KEYS
    if unnamed > 0:
        return f"{shown} and {unnamed} more"
    return shown


def _load(
    text: TextFormat,
    data: bytes,
) -> dict[Any, Any] | None:
    try:
        value = text.load(data)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    return value


def _has_key_twice(data: bytes) -> bool:
    """Return whether a top-level key of a frontmatter is written twice, which the client's parser refuses."""
    block = frontmatter_block(data)
    if block is None:
        return False
    content = data[block.start : block.end].decode("utf-8")
    node = yaml.compose(content, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return False
    keys = [str(key.value) for key, _ in node.value]
    return len(keys) != len(set(keys))

"""TOML, in which top-level values are set with every comment kept; tomlkit is loaded where a file is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tierwise.targets.formats import TopLevelKeys
from tierwise.targets.splice import RawValues, Values, read_bom

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item


class Toml(TopLevelKeys):
    """A TOML file, by tomlkit: comments, order and spelling of everything else stay."""

    def read(
        self,
        data: bytes,
        keys: list[str],
    ) -> RawValues:
        """Return the raw values of top-level keys."""
        document = _parse_toml(data)
        values: RawValues = dict.fromkeys(keys)
        for key in keys:
            item = _find_item(document, key)
            if item is not None:
                values[key] = item.as_string()
        return values

    def write(
        self,
        data: bytes,
        values: Values,
    ) -> bytes:
        """Set top-level keys; a new one goes before the first table."""
        bom = read_bom(data)
        newline = _find_toml_newline(data)
        document = _parse_toml(data)
        if not _has_keys_on_top(document.as_string()):
            fresh = _write_toml_lines(values).replace(
                "\n",
                newline,
            )
            return bom + fresh.encode() + data.removeprefix(bom)
        for key, value in values.items():
            _set_toml(document, key, value)
        text = document.as_string()
        if newline == "\r\n":
            text = text.replace("\r\n", "\n").replace(
                "\n",
                "\r\n",
            )
        return bom + text.encode("utf-8")

    def load(self, data: bytes) -> object:
        """Return what the document says, as plain values."""
        return _parse_toml(data).unwrap()

    def quote(self, text: str) -> str:
        """Return a basic string; JSON's escapes are TOML's too."""
        quoted = json.dumps(text, ensure_ascii=False)
        return quoted.replace("\x7f", "\\u007f")


def _parse_toml(data: bytes) -> TOMLDocument:
    import tomlkit  # 60 ms, and most policies have no target that needs it
    from tomlkit.exceptions import TOMLKitError

    try:
        text = data.decode("utf-8-sig")
        document = tomlkit.parse(text)
    except (TOMLKitError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"no TOML: {error}") from None
    if document.as_string() != text:
        raise ValueError("TOML that cannot be rewritten without a change of its layout")
    return document


def _has_keys_on_top(text: str) -> bool:
    """Return whether a value stands above the first table; where none does, tomlkit would set a blank line between."""
    for line in text.splitlines():
        content = line.strip()
        if content and not content.startswith("#"):
            return not content.startswith("[")
    return False


def _find_toml_newline(data: bytes) -> str:
    """Return the line end of a file: CRLF where every line has it."""
    lines = data.count(b"\n")
    if 0 < lines == data.count(b"\r\n"):
        return "\r\n"
    return "\n"


def _write_toml_lines(values: Values) -> str:
    text = ""
    for key, value in values.items():
        if value is not None:
            text += f"{key} = {value}\n"
    return text


def _find_item(document: TOMLDocument, key: str) -> Item | None:
    """Return a top-level value; None where there is none.

    Raises ValueError where it is a table, which lies on many lines.
    """
    from tomlkit.items import AoT, Item, Table

    if key not in document:
        return None
    item = document.item(key)
    is_table = isinstance(item, AoT | Table)
    if is_table or not isinstance(item, Item):
        raise ValueError(f"`{key}` is a table, and a value is expected")
    return item


def _set_toml(
    document: TOMLDocument,
    key: str,
    value: str | None,
) -> None:
    """Set a value, or take it out; the comment behind the one before stays."""
    import tomlkit

    before = _find_item(document, key)
    if value is None:
        document.pop(key, None)
        return
    if before is not None and before.as_string() == value:
        return
    item = _find_item(tomlkit.parse(f"k = {value}\n"), "k")
    if item is not None and before is not None:
        item.trivia.comment_ws = before.trivia.comment_ws
        item.trivia.comment = before.trivia.comment
        item.trivia.trail = before.trivia.trail
    document[key] = item


TOML = Toml()

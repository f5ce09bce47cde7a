"""Setting single values in other people's files: one reader and writer for each language that tools configure in.

Values are raw text of the language, so that what stood there before can be put back letter by letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import yaml

from tierwise.policy.source import describe_problem
from tierwise.targets import jsontext
from tierwise.targets.splice import Block, frontmatter_block, read_block, splice_block

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Item

Values = Mapping[str, "str | None"]
MOST_WORDS = 1_000
"""Values whose spelling is remembered: a policy has the same few for each role."""

_BOM = b"\xef\xbb\xbf"
_DOCUMENT_END = re.compile(rb"^\.\.\.[ \t]*\r?$", re.MULTILINE)


class TextFormat(Protocol):
    """A language in which single values can be read and set.

    ``read`` and ``write`` raise ValueError where the file is not of the language.
    """

    def read(self, data: bytes, keys: list[str]) -> dict[str, str | None]:
        """The raw values of top-level keys; None for a key that is absent."""
        ...

    def write(self, data: bytes, values: Values) -> bytes:
        """The file with each key set to its raw value, or taken out where the value is None."""
        ...

    def load(self, data: bytes) -> object:
        """What the file says, as plain values."""
        ...

    def drop_keys(self, values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
        """The values without those of some keys, for a comparison of before and after."""
        ...

    def quote(self, text: str) -> str:
        """A text as a raw value of the language."""
        ...

    def normalize(self, raw: str) -> str:
        """The one spelling of a raw value, whatever layout it stands in."""
        ...

    def is_blank(self, data: bytes) -> bool:
        """Whether a file says nothing at all."""
        ...


@lru_cache(MOST_WORDS)
def is_plain_word(text: str) -> bool:
    """Whether YAML reads a value without quotes as this very text."""
    if text != text.strip():
        return False
    try:
        return bool(yaml.safe_load(f"k: {text}") == {"k": text})
    except yaml.YAMLError:
        return False


class Frontmatter:
    """YAML between two fences at the head of a text."""

    def read(self, data: bytes, keys: list[str]) -> dict[str, str | None]:
        """The raw values of top-level keys, without their comments."""
        return read_block(data, self._find_block(data), keys)

    def write(self, data: bytes, values: Values) -> bytes:
        """Set the lines of the keys, and no other byte."""
        return splice_block(data, self._find_block, values)

    def load(self, data: bytes) -> object:
        """The frontmatter as YAML reads it."""
        block = self._find_block(data)
        try:
            return yaml.safe_load(data[block.start : block.end].decode("utf-8"))
        except yaml.MarkedYAMLError as error:
            raise ValueError(f"no YAML: {describe_problem(error)}") from None
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"no YAML: {' '.join(str(error).split())}") from None

    def drop_keys(self, values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
        """The values without those of some top-level keys."""
        return _drop_top_keys(values, keys)

    def quote(self, text: str) -> str:
        """Plain where YAML reads the plain word as the same text, else in double quotes."""
        if is_plain_word(text):
            return text
        return json.dumps(text)

    def normalize(self, raw: str) -> str:
        """The value as it stands."""
        return raw

    def is_blank(self, data: bytes) -> bool:
        """Whether there is no visible character."""
        return not data.removeprefix(_BOM).strip()

    def _find_block(self, data: bytes) -> Block:
        block = frontmatter_block(data)
        if block is None:
            raise ValueError("no frontmatter between two `---` lines")
        return block


def _drop_top_keys(values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    dropped = set(keys)
    return {key: value for key, value in values.items() if key not in dropped}


class YamlLines(Frontmatter):
    """A YAML file of one mapping; its top-level lines are set one by one."""

    def read(self, data: bytes, keys: list[str]) -> dict[str, str | None]:
        """The raw values of top-level keys."""
        if not isinstance(self.load(data), dict | None):
            raise ValueError("expected a mapping")
        return super().read(data, keys)

    def _find_block(self, data: bytes) -> Block:
        newline = b"\r\n" if b"\r\n" in data else b"\n"
        start = len(_BOM) if data.startswith(_BOM) else 0
        document_start = data.find(b"---", start)
        if document_start == start:
            start = data.find(b"\n", start) + 1 or len(data)
        document_end = _DOCUMENT_END.search(data, start)
        end = len(data) if document_end is None else document_end.start()
        return Block(start, end, newline)

    def write(self, data: bytes, values: Values) -> bytes:
        """Set the lines; a last line without a line end gets one where a line follows it."""
        needs_end = bool(data.strip()) and not data.endswith(b"\n")
        is_added = any(
            found is None and values[key] is not None
            for key, found in self.read(data, list(values)).items()
        )
        if needs_end and is_added:
            data += self._find_block(data).newline
        return super().write(data, values)


class Toml:
    """A TOML file, by tomlkit: comments, order and spelling of everything else stay."""

    def read(self, data: bytes, keys: list[str]) -> dict[str, str | None]:
        """The raw values of top-level keys."""
        document = _parse_toml(data)
        items = {key: _find_item(document, key) for key in keys}
        return {key: None if item is None else item.as_string() for key, item in items.items()}

    def write(self, data: bytes, values: Values) -> bytes:
        """Set top-level keys; a new one goes before the first table."""
        head, newline = _toml_style(data)
        document = _parse_toml(data)
        if not _has_keys_on_top(document.as_string()):
            fresh = [f"{key} = {value}\n" for key, value in values.items() if value is not None]
            return head + "".join(fresh).replace("\n", newline).encode() + data[len(head) :]
        for key, value in values.items():
            item = _find_item(document, key)
            if value is None:
                document.pop(key, None)
            elif item is None or item.as_string() != value:
                _set_toml(document, key, item, value)
        text = document.as_string()
        if newline == "\r\n":
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        return head + text.encode("utf-8")

    def load(self, data: bytes) -> object:
        """What the document says, as plain values."""
        return _parse_toml(data).unwrap()

    def drop_keys(self, values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
        """The values without those of some top-level keys."""
        return _drop_top_keys(values, keys)

    def quote(self, text: str) -> str:
        """A basic string; JSON's escapes are TOML's too."""
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

    def normalize(self, raw: str) -> str:
        """The value as it stands."""
        return raw

    def is_blank(self, data: bytes) -> bool:
        """Whether there is no visible character."""
        return not data.removeprefix(_BOM).strip()


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
    """Whether a value stands above the first table; where none does, tomlkit would set a blank line between."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "[")
    return not first.startswith("[")


def _toml_style(data: bytes) -> tuple[bytes, str]:
    head = _BOM if data.startswith(_BOM) else b""
    is_crlf = data.count(b"\r\n") == data.count(b"\n") > 0
    return head, "\r\n" if is_crlf else "\n"


def _find_item(document: TOMLDocument, key: str) -> Item | None:
    """A top-level value; None where there is none.  Raises ValueError where it is a table in several places."""
    from tomlkit.items import Item

    if key not in document:
        return None
    item = document.item(key)
    if not isinstance(item, Item):
        raise ValueError(f"`{key}` is a table that is written in several places")
    return item


def _set_toml(document: TOMLDocument, key: str, before: Item | None, value: str) -> None:
    """Set a value; the comment behind the one before stays."""
    import tomlkit

    item = _find_item(tomlkit.parse(f"k = {value}\n"), "k")
    if item is not None and before is not None:
        item.trivia.comment_ws = before.trivia.comment_ws
        item.trivia.comment = before.trivia.comment
        item.trivia.trail = before.trivia.trail
    document[key] = item


class Json:
    """A JSON file; a key is a path such as ``models/large``."""

    separator: ClassVar[str] = "/"

    def __init__(self, *, comments: bool = False) -> None:
        self._comments = comments

    def read(self, data: bytes, keys: list[str]) -> dict[str, str | None]:
        """The raw values at the paths."""
        text, root = self._parse(data)
        values: dict[str, str | None] = {}
        for key in keys:
            node = _find_node(root, key.split(self.separator))
            values[key] = None if node is None else text[node.start : node.end]
        return values

    def write(self, data: bytes, values: Values) -> bytes:
        """Set the members; an object that becomes empty by taking out goes too."""
        head = _BOM if data.startswith(_BOM) else b""
        text, _ = self._parse(data)
        for key, value in values.items():
            path = key.split(self.separator)
            node = _find_node(jsontext.parse_with_comments(text), path)
            if value is None:
                text = text if node is None else self._remove(text, path)
            elif node is not None and value != self.normalize(value):
                text = text[: node.start] + value + text[node.end :]  # a layout of the user's own
            elif node is None or node.value != json.loads(value):
                text = jsontext.set_member(text, path[:-1], path[-1], json.loads(value))
        return head + text.encode("utf-8")

    def load(self, data: bytes) -> object:
        """What the file says."""
        _, root = self._parse(data)
        return root.value

    def drop_keys(self, values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
        """The values without those at the paths, and without an object that held nothing else."""
        text = json.dumps(values)
        for key in keys:
            text = self._remove(text, key.split(self.separator))
        dropped: dict[str, Any] = json.loads(text)
        return dropped

    def quote(self, text: str) -> str:
        """A JSON string."""
        return json.dumps(text, ensure_ascii=False)

    def normalize(self, raw: str) -> str:
        """The value in one line, without the file's indent."""
        return json.dumps(json.loads(raw))

    def is_blank(self, data: bytes) -> bool:
        """Whether there is nothing but an empty object."""
        return data.removeprefix(_BOM).strip() in (b"", b"{}")

    def _parse(self, data: bytes) -> tuple[str, jsontext.Node]:
        text = data.decode("utf-8-sig")
        text = text if text.strip() else "{}\n"
        if self._comments:
            root = jsontext.parse_with_comments(text)
        else:
            root = _parse_without_comments(text)
        if not isinstance(root.value, dict):
            raise ValueError("expected an object")
        return text, root

    def _remove(self, text: str, path: list[str]) -> str:
        steps: list[str | int] = [*path]
        text = jsontext.remove(text, steps)
        for depth in range(len(path) - 1, 0, -1):
            parents = path[:depth]
            node = _find_node(jsontext.parse_with_comments(text), parents)
            if node is None:
                continue  # the object above it may be empty all the same
            if node.value != {}:
                return text
            emptied: list[str | int] = [*parents]
            text = jsontext.remove(text, emptied)
        return text


def _find_node(root: jsontext.Node, path: list[str]) -> jsontext.Node | None:
    node: jsontext.Node | None = root
    for part in path:
        node = node.get(part) if node is not None else None
    return node


def _parse_without_comments(text: str) -> jsontext.Node:
    try:
        return jsontext.parse(text)
    except json.JSONDecodeError as error:
        if text.startswith(("//", "/*"), error.pos):
            place = f"line {error.lineno} column {error.colno}"
            raise ValueError(f"Tierwise reads no comments in this JSON: {place}") from None
        raise


FRONTMATTER = Frontmatter()
YAML_LINES = YamlLines()
TOML = Toml()
JSON = Json()
JSON_WITH_COMMENTS = Json(comments=True)

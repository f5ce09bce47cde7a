"""Setting single values in other people's files: one reader and writer for each language that tools configure in.

Values are raw text of the language, so that what stood there before can be put back letter by letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar, Protocol

import yaml

from tierwise.policy.source import describe_problem
from tierwise.targets import jsontext
from tierwise.targets.splice import (
    Block,
    RawValues,
    Values,
    frontmatter_block,
    read_block,
    read_bom,
    splice_block,
)

Document = Mapping[str, Any]
"""What a file says, as plain values."""
MOST_WORDS = 1_000
"""Values whose spelling is remembered: a policy has the same few for each role."""

_DOCUMENT_END = re.compile(rb"^\.\.\.[ \t]*\r?$", re.MULTILINE)


class TextFormat(Protocol):
    """A language in which single values can be read and set.

    ``read`` and ``write`` raise ValueError where the file is not of the language.
    """

    def read(
        self,
        data: bytes,
        keys: list[str],
    ) -> RawValues:
        """Return the raw values of top-level keys; None for a key that is absent."""
        ...

    def write(
        self,
        data: bytes,
        values: Values,
    ) -> bytes:
        """Return the file with each key set to its raw value, or taken out where the value is None."""
        ...

    def load(self, data: bytes) -> object:
        """Return what the file says, as plain values."""
        ...

    def drop_keys(
        self,
        values: Document,
        keys: Iterable[str],
    ) -> dict[str, Any]:
        """Return the values without those of some keys, for a comparison of before and after."""
        ...

    def quote(self, text: str) -> str:
        """Return a text as a raw value of the language."""
        ...

    def normalize(self, raw: str) -> str:
        """Return the one spelling of a raw value, whatever layout it stands in."""
        ...

    def is_blank(self, data: bytes) -> bool:
        """Return whether a file says nothing at all."""
        ...


@lru_cache(MOST_WORDS)
def is_plain_word(text: str) -> bool:
    """Return whether YAML reads a value without quotes as this very text."""
    if text != text.strip():
        return False
    try:
        return bool(yaml.safe_load(f"k: {text}") == {"k": text})
    except yaml.YAMLError:
        return False


class TopLevelKeys:
    """What languages share of which the keys at the top are set, each on lines of its own."""

    def drop_keys(
        self,
        values: Document,
        keys: Iterable[str],
    ) -> dict[str, Any]:
        """Return the values without those of some top-level keys."""
        kept = dict(values)
        for key in keys:
            kept.pop(key, None)
        return kept

    def normalize(self, raw: str) -> str:
        """Return the value as it stands."""
        return raw

    def is_blank(self, data: bytes) -> bool:
        """Return whether there is no visible character."""
        return not _strip_file(data)


class Frontmatter(TopLevelKeys):
    """YAML between two fences at the head of a text."""

    def read(
        self,
        data: bytes,
        keys: list[str],
    ) -> RawValues:
        """Return the raw values of top-level keys, without their comments."""
        block = self._find_block(data)
        return read_block(data, block, keys)

    def write(
        self,
        data: bytes,
        values: Values,
    ) -> bytes:
        """Set the lines of the keys, and no other byte."""
        return splice_block(data, self._find_block, values)

    def load(self, data: bytes) -> object:
        """Return the frontmatter as YAML reads it."""
        block = self._find_block(data)
        content = data[block.start : block.end]
        try:
            return yaml.safe_load(content.decode("utf-8"))
        except yaml.MarkedYAMLError as error:
            problem = describe_problem(error)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            problem = " ".join(str(error).split())
        raise ValueError(f"no YAML: {problem}")

    def quote(self, text: str) -> str:
        """Write plain where YAML reads the plain word as the same text, else in double quotes."""
        if is_plain_word(text):
            return text
        return json.dumps(text)

    def _find_block(self, data: bytes) -> Block:
        block = frontmatter_block(data)
        if block is None:
            raise ValueError("no frontmatter between two `---` lines")
        return block


def _strip_file(data: bytes) -> bytes:
    """Return what a file says, without byte order mark and blanks around it."""
    bom = read_bom(data)
    return data.removeprefix(bom).strip()


class YamlLines(Frontmatter):
    """A YAML file of one mapping; its top-level lines are set one by one."""

    def read(
        self,
        data: bytes,
        keys: list[str],
    ) -> RawValues:
        """Return the raw values of top-level keys."""
        if not isinstance(self.load(data), dict | None):
            raise ValueError("expected a mapping")
        return super().read(data, keys)

    def _find_block(self, data: bytes) -> Block:
        newline = b"\n"
        if b"\r\n" in data:
            newline = b"\r\n"
        start = len(read_bom(data))
        if data.startswith(b"---", start):
            start = data.find(b"\n", start) + 1 or len(data)
        end = len(data)
        document_end = _DOCUMENT_END.search(data, start)
        if document_end is not None:
            end = document_end.start()
        return Block(start, end, newline)

    def write(
        self,
        data: bytes,
        values: Values,
    ) -> bytes:
        """Set the lines; a last line without a line end gets one where a line follows it."""
        adds_key = self._adds_key(data, values)
        needs_end = bool(data.strip()) and not data.endswith(b"\n")
        if adds_key and needs_end:
            data += self._find_block(data).newline
        return super().write(data, values)

    def _adds_key(
        self,
        data: bytes,
        values: Values,
    ) -> bool:
        found = self.read(data, list(values))
        absent = [key for key, value in found.items() if value is None]
        return any(values[key] is not None for key in absent)


class Json:
    """A JSON file; a key is a path such as ``models/large``."""

    separator: ClassVar[str] = "/"

    def __init__(self, *, comments: bool = False) -> None:
        self._comments = comments

    def read(
        self,
        data: bytes,
        keys: list[str],
    ) -> RawValues:
        """Return the raw values at the paths."""
        text, root = self._parse(data)
        values: RawValues = dict.fromkeys(keys)
        for key in keys:
            node = root.find(key.split(self.separator))
            if node is not None:
                values[key] = text[node.start : node.end]
        return values

    def write(
        self,
        data: bytes,
        values: Values,
    ) -> bytes:
        """Set the members; an object that becomes empty by taking out goes too."""
        text, _ = self._parse(data)
        for key, value in values.items():
            path = key.split(self.separator)
            if value is not None:
                text = self._set(text, path, value)
            elif jsontext.parse_with_comments(text).find(path) is not None:
                text = self._remove(text, path)
        return read_bom(data) + text.encode("utf-8")

    def _set(
        self,
        text: str,
        path: list[str],
        value: str,
    ) -> str:
        node = jsontext.parse_with_comments(text).find(path)
        if node is not None and value != self.normalize(value):
            return text[: node.start] + value + text[node.end :]  # a layout of the user's own
        wanted = json.loads(value)
        if node is not None and node.value == wanted:
            return text
        return jsontext.set_member(
            text,
            path[:-1],
            path[-1],
            wanted,
        )

    def load(self, data: bytes) -> object:
        """Return what the file says."""
        _, root = self._parse(data)
        return root.value

    def drop_keys(
        self,
        values: Document,
        keys: Iterable[str],
    ) -> dict[str, Any]:
        """Return the values without those at the paths, and without an object that held nothing else."""
        text = json.dumps(values)
        for key in keys:
            text = self._remove(text, key.split(self.separator))
        dropped: dict[str, Any] = json.loads(text)
        return dropped

    def quote(self, text: str) -> str:
        """Return a JSON string."""
        return json.dumps(text, ensure_ascii=False)

    def normalize(self, raw: str) -> str:
        """Return the value in one line, without the file's indent."""
        return json.dumps(json.loads(raw))

    def is_blank(self, data: bytes) -> bool:
        """Return whether there is nothing but an empty object."""
        return _strip_file(data) in (b"", b"{}")

    def _parse(self, data: bytes) -> tuple[str, jsontext.Node]:
        text = data.decode("utf-8-sig")
        if not text.strip():
            text = "{}\n"
        if self._comments:
            root = jsontext.parse_with_comments(text)
        else:
            root = _parse_without_comments(text)
        if not isinstance(root.value, dict):
            raise ValueError("expected an object")
        return text, root

    def _remove(
        self,
        text: str,
        path: list[str],
    ) -> str:
        """Return the text without a member, and without the objects above it that held nothing else."""
        text = jsontext.remove(text, path)
        for depth in range(len(path) - 1, 0, -1):
            parents = path[:depth]
            node = jsontext.parse_with_comments(text).find(parents)
            if node is None:
                continue  # the object above it may be empty all the same
            if node.value != {}:
                return text
            text = jsontext.remove(text, parents)
        return text


def _parse_without_comments(text: str) -> jsontext.Node:
    try:
        return jsontext.parse(text)
    except json.JSONDecodeError as error:
        if not text.startswith(("//", "/*"), error.pos):
            raise
        place = f"line {error.lineno} column {error.colno}"
        raise ValueError(f"Tierwise reads no comments in this JSON: {place}") from None


FRONTMATTER = Frontmatter()
YAML_LINES = YamlLines()
JSON = Json()
JSON_WITH_COMMENTS = Json(comments=True)

"""YAML with positions: the plain data of a policy file, and the line and column of every key and item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from tierwise.policy.complaints import (
    Complaint,
    PolicyError,
    join_path,
)

Path = tuple[str | int, ...]
_MERGE_KEY = (
    "merge keys (<<) are not taken here; write the keys out, or repeat the alias as a value"
)
_DEEP = 50  # levels; a policy has five
_OPENINGS = (
    "[",
    "{",
    "  ",
    "- ",
    "? ",
)  # without one of them no level begins
_MANY = 100_000  # values; a long policy has hundreds
_OUT_OF_PLACE = "mapping values are not allowed in this context"  # the library's words
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class SourcePlace:
    """One-based line and column in a named file."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Source:
    """One policy file: its data, and where each value was written (keys for mappings, items for lists)."""

    name: str
    data: dict[str, Any]
    places: dict[Path, SourcePlace]


def read_source(text: str, name: str) -> Source:
    """Parse one policy text.  Raises PolicyError on bad YAML, duplicate keys, keys that are not text."""
    try:
        _refuse_deep(text, name)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = _find_problem(error, name)
        message = f"not YAML: {_explain_problem(error, text)}"
        raise PolicyError.at(place, message) from None
    except yaml.YAMLError as error:  # a character that YAML forbids; it has no mark
        line, column = _character_place(text, error)
        place = SourcePlace(name, line, column)
        message = f"not YAML: {_first_line(error)}"
        raise PolicyError.at(place, message) from None
    if node is None:
        top = SourcePlace(name, 1, 1)
        return Source(name, data={}, places={(): top})
    reader = _Reader(name)
    data = reader.read_value(node, ())
    if reader.complaints:
        raise PolicyError(reader.complaints)
    if not isinstance(data, dict):
        place = reader.places[()]
        message = "a policy is a mapping of keys to values, such as `version: 1`"
        raise PolicyError.at(place, message)
    return Source(name, data, reader.places)


def _refuse_deep(text: str, name: str) -> None:
    """Raise PolicyError on nesting that would overflow the YAML library's stack.

    The library composes by recursion.  Newer releases have a limit and words of their own; the
    message stays ours whichever of the two notices first.
    """
    openings = map(text.count, _OPENINGS)
    if sum(openings) < _DEEP:
        return
    try:
        place = _find_too_deep(text, name)
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is None:
            raise
        # The scanner reads ahead of the events, so what came before its complaint is read again.
        before = text[: error.problem_mark.index]
        place = _find_too_deep_before(before, name)
    if place is not None:
        raise PolicyError.at(
            place,
            f"nested more than {_DEEP} levels deep",
        )


def _find_too_deep_before(text: str, name: str) -> SourcePlace | None:
    try:
        return _find_too_deep(text, name)
    except yaml.YAMLError:  # the text ends in the middle
        return None


def _find_too_deep(text: str, name: str) -> SourcePlace | None:
    """Find where the nesting passes the limit; None where it does not."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        mark = event.start_mark
        if depth > _DEEP and mark is not None:
            return _place_mark(name, mark)
    return None


def _place_mark(name: str, mark: Any) -> SourcePlace:
    """Count from 1, as people do; the YAML library counts from 0."""
    return SourcePlace(name, mark.line + 1, mark.column + 1)


class _Reader:
    """Turns composed nodes into plain data while noting every position."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Path, SourcePlace] = {}
        self.complaints: list[Complaint] = []
        self._open: set[int] = set()
        self._left = _MANY

    def read_value(
        self,
        node: yaml.Node,
        path: Path,
    ) -> Any:
        self.places.setdefault(path, self._find_place(node))
        self._left -= 1
        if self._left < 0:  # a few aliases of aliases make billions
            place = self._find_place(node)
            message = f"more than {_MANY:,} values, aliases counted each time"
            raise PolicyError.at(place, message)
        if id(node) in self._open:
            self._add_complaint(
                node,
                path,
                "an alias that contains itself",
            )
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._read_mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return self._read_sequence(node, path)
            return self._read_scalar(node, path)
        finally:
            self._open.discard(id(node))

    def _read_sequence(
        self,
        node: yaml.SequenceNode,
        path: Path,
    ) -> list[Any]:
        values = []
        for index, item in enumerate(node.value):
            values.append(self.read_value(item, (*path, index)))
        return values

    def _read_mapping(
        self,
        node: yaml.MappingNode,
        path: Path,
    ) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._add_complaint(
                    key_node,
                    path,
                    "a key must be plain text",
                )
                continue
            key = key_node.value
            if key == "<<":
                self._add_complaint(key_node, path, _MERGE_KEY)
                continue
            here = (*path, key)
            if key in result:
                first = self.places[here]
                message = f"written twice; the first is in line {first.line}"
                self._add_complaint(key_node, here, message)
                continue
            self.places[here] = self._find_place(key_node)
            result[key] = self.read_value(value_node, here)
        return result

    def _read_scalar(
        self,
        node: yaml.Node,
        path: Path,
    ) -> Any:
        try:
            return yaml.SafeLoader("").construct_object(
                node,
                deep=True,
            )
        except (yaml.YAMLError, ValueError):
            what = f"a value (its tag is {node.tag})"
            if node.tag.endswith(":timestamp"):
                what = "a date"
            self._add_complaint(
                node,
                path,
                f'"{node.value}" cannot be read as {what}',
            )
            return None

    def _find_place(self, node: yaml.Node) -> SourcePlace:
        return _place_mark(self.name, node.start_mark)

    def _add_complaint(
        self,
        node: yaml.Node,
        path: Path,
        message: str,
    ) -> None:
        place = str(self._find_place(node))
        complaint = Complaint(place, join_path(path), message)
        self.complaints.append(complaint)


def _find_problem(
    error: yaml.MarkedYAMLError,
    name: str,
) -> SourcePlace:
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return SourcePlace(name, 1, 1)
    return _place_mark(name, mark)


def _explain_problem(
    error: yaml.MarkedYAMLError,
    text: str,
) -> str:
    """Return what is wrong, with the remedy where the library's own words do not tell it."""
    mark = error.problem_mark
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        return "a tab; indent with spaces"
    if error.problem == _OUT_OF_PLACE:
        return (
            "a `key:` is out of place here; check the indentation, "
            "and put text that holds `: ` in quotes"
        )
    return describe_problem(error)


def describe_problem(error: yaml.MarkedYAMLError) -> str:
    """Return what is wrong with a text, in one line and without a word of it."""
    parts = filter(None, (error.context, error.problem))
    return "; ".join(parts).replace("\n", " ")


def _first_line(error: yaml.YAMLError) -> str:
    lines = str(error).splitlines()
    if not lines:
        return "it cannot be read"
    return lines[0]


def _character_place(
    text: str,
    error: yaml.YAMLError,
) -> tuple[int, int]:
    position = getattr(error, "position", 0) or 0
    before = text[:position]
    line = before.count("\n") + 1
    column = position - before.rfind("\n")
    return line, column

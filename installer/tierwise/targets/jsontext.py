"""Editing a JSON text in place: everything that is not touched keeps its bytes.

Reading and dumping would lose duplicate keys, number spelling, escapes and layout; this finds where each
value lies and cuts or pastes there.  Edits keep comments; whether a file may have any is its format's to say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tierwise.json_comments import blank_comments

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
# The comments behind a value on its own line.
_BLOCK_COMMENT = r"/\*(?:[^*\r\n]|\*(?!/))*\*/"
_COMMENTS_BEHIND = re.compile(rf"(?:[ \t]*{_BLOCK_COMMENT})*[ \t]*(?://[^\r\n]*)?(?=[\r\n])")
_LAST_LINE_START = re.compile(r"\r?\n[ \t]*\Z")


@dataclass
class Node:
    """One value: its text span, its Python value, and for containers the spans of what they hold."""

    start: int
    end: int
    value: Any
    members: list[Member] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def get(self, key: str) -> Node | None:
        """Return the value of a key; the last one counts where a key stands twice."""
        found = None
        for member in self.members:
            if member.key == key:
                found = member.node
        return found

    def find(self, path: Sequence[str | int]) -> Node | None:
        """Return what lies at a path of keys and indexes; None where nothing does."""
        node: Node | None = self
        for part in path:
            if node is None:
                return None
            if isinstance(part, int):
                node = node.items[part]
            else:
                node = node.get(part)
        return node


@dataclass
class Member:
    """One ``"key": value`` of an object; ``start`` is where the key begins."""

    start: int
    key: str
    node: Node


def parse(text: str) -> Node:
    """Return the tree of a JSON text.  Raises json.JSONDecodeError, which has line and column."""
    try:
        node = _parse_value(text, _skip_blanks(text, 0))
    except RecursionError:
        raise json.JSONDecodeError(
            "Nested too deep",
            text,
            0,
        ) from None
    rest = _skip_blanks(text, node.end)
    if rest != len(text):
        raise json.JSONDecodeError("Extra data", text, rest)
    return node


def parse_with_comments(text: str) -> Node:
    """Return the tree of a JSON text that may have comments, with their spans; raises as ``parse`` does."""
    return parse(blank_comments(text))


def set_member(
    text: str,
    path: list[str],
    key: str,
    value: Any,
) -> str:
    """Return ``text`` with ``path``'s object holding ``key: value``; missing objects on the way are made.

    Raises ValueError where something else than an object stands there.
    """
    node = parse_with_comments(text).find(path)
    if node is None:
        *parents, name = path
        return set_member(text, parents, name, {key: value})
    if not isinstance(node.value, dict):
        raise ValueError(f"expected an object at {'/'.join(path)}")
    depth = len(path) + 1
    dumped = _dump_value(value, depth, text)
    old = node.get(key)
    if old is not None:
        return _replace_span(text, old.start, old.end, dumped)
    quoted = json.dumps(key, ensure_ascii=False)
    ends = [member.node.end for member in node.members]
    return _append_entry(
        text,
        node,
        ends,
        f"{quoted}: {dumped}",
        depth,
    )


def append_item(
    text: str,
    path: list[str],
    value: Any,
) -> str:
    """Return ``text`` with ``value`` at the end of the list at ``path``; the list is made where it is missing."""
    node = parse_with_comments(text).find(path)
    if node is None:
        *parents, name = path
        return set_member(text, parents, name, [value])
    depth = len(path) + 1
    dumped = _dump_value(value, depth, text)
    ends = [item.end for item in node.items]
    return _append_entry(text, node, ends, dumped, depth)


def remove(text: str, path: Sequence[str | int]) -> str:
    """Return ``text`` without the member or item at ``path``; unchanged where there is none."""
    parent = parse_with_comments(text).find(path[:-1])
    if parent is None:
        return text
    name = path[-1]
    if isinstance(name, int):
        spans = [(item.start, item.end) for item in parent.items]
        index = name
    else:
        spans = [(member.start, member.node.end) for member in parent.members]
        index = _find_last_member(parent, name)
    if not 0 <= index < len(spans):
        return text
    start, end = spans[index]
    cut_start, cut_end = _find_cut(text, parent, spans, index)
    before = _keep_comments(text[cut_start:start])
    after = _keep_comments(text[end:cut_end])
    rest = text[cut_end:]
    if rest.startswith(("\n", "\r")):
        before = _LAST_LINE_START.sub("", before)
    return text[:cut_start] + before + after + rest


def _find_last_member(container: Node, key: str) -> int:
    """Return the index of the last member of a key, which is the one that counts; -1 where there is none."""
    found = -1
    for index, member in enumerate(container.members):
        if member.key == key:
            found = index
    return found


def _find_cut(
    text: str,
    parent: Node,
    spans: list[tuple[int, int]],
    index: int,
) -> tuple[int, int]:
    """Return where an entry goes from and to, with a comma and the blanks beside it."""
    start, end = spans[index]
    is_last = index == len(spans) - 1
    if index > 0:
        end_before = spans[index - 1][1]
        if is_last or not _keep_comments(text[end_before:start]):
            return end_before, end
    if not is_last:
        return start, spans[index + 1][0]
    return parent.start + 1, parent.end - 1


def _keep_comments(between: str) -> str:
    """Return what stands between two entries without its comma; nothing where there are no comments."""
    without_comments = blank_comments(between)
    if without_comments == between:
        return ""
    comma = without_comments.find(",")
    if comma < 0:
        return between
    return between[:comma] + between[comma + 1 :]


def _append_entry(
    text: str,
    node: Node,
    ends: list[int],
    entry: str,
    depth: int,
) -> str:
    """Return ``text`` with an entry behind those that end at ``ends``, in a layout like the file's."""
    indent = _find_indent(text)
    comma = ", "
    newline = ""
    if indent:
        comma = ","
        newline = _find_newline(text)
    lead = newline + indent * depth
    if ends:
        end = ends[-1]
        behind = _find_comments_behind(text, end)
        return _replace_span(
            text,
            end,
            end + len(behind),
            comma + behind + lead + entry,
        )
    start = node.start + 1
    end = node.end - 1
    close = newline + indent * (depth - 1)
    if text[start:end].strip():  # comments
        close = text[start:end]
    return _replace_span(text, start, end, lead + entry + close)


def _find_comments_behind(text: str, end: int) -> str:
    """Return what stands behind a value up to the end of its line, where that is comments; else nothing."""
    found = _COMMENTS_BEHIND.match(text, end)
    if found is None or not found.group().strip():
        return ""
    return found.group()


def _replace_span(
    text: str,
    start: int,
    end: int,
    new: str,
) -> str:
    return text[:start] + new + text[end:]


def _dump_value(
    value: Any,
    depth: int,
    text: str,
) -> str:
    indent = _find_indent(text)
    dumped = json.dumps(
        value,
        indent=indent or None,
        ensure_ascii=False,
    )
    following = _find_newline(text) + indent * depth
    return dumped.replace("\n", following)


def _find_indent(text: str) -> str:
    """Return the file's indent: that of the first indented line; two blanks in an empty file, none in a one-line one."""
    found = re.search(r"\n([ \t]+)\S", text)
    if found:
        return found.group(1)
    content = text.strip()
    is_one_line = len(content) > len("{}") and "\n" not in content
    if is_one_line:
        return ""
    return "  "


def _find_newline(text: str) -> str:
    if "\r\n" in text:
        return "\r\n"
    return "\n"


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None  # no blank at all matches as well
    return found.end()


def _parse_value(text: str, at: int) -> Node:
    if text.startswith("{", at):
        return _parse_object(text, at)
    if text.startswith("[", at):
        return _parse_array(text, at)
    value, end = _DECODER.raw_decode(text, at)
    return Node(at, end, value)


def _parse_object(text: str, start: int) -> Node:
    node = Node(start, start, {})
    at = _skip_blanks(text, start + 1)
    while not text.startswith("}", at):
        if not text.startswith('"', at):
            problem = "Expecting property name enclosed in double quotes"
            raise json.JSONDecodeError(problem, text, at)
        key, end = _DECODER.raw_decode(text, at)
        colon = _skip_blanks(text, end)
        if not text.startswith(":", colon):
            raise json.JSONDecodeError(
                "Expecting ':' delimiter",
                text,
                colon,
            )
        value_start = _skip_blanks(text, colon + 1)
        value = _parse_value(text, value_start)
        member = Member(at, key, value)
        node.members.append(member)
        node.value[key] = value.value
        at = _find_next(text, value.end, "}")
    node.end = at + 1
    return node


def _parse_array(text: str, start: int) -> Node:
    node = Node(start, start, [])
    at = _skip_blanks(text, start + 1)
    while not text.startswith("]", at):
        item = _parse_value(text, at)
        node.items.append(item)
        node.value.append(item.value)
        at = _find_next(text, item.end, "]")
    node.end = at + 1
    return node


def _find_next(
    text: str,
    at: int,
    closing: str,
) -> int:
    """Return the start of the next entry, or of the closing bracket."""
    at = _skip_blanks(text, at)
    if text.startswith(closing, at):
        return at
    if not text.startswith(",", at):
        raise json.JSONDecodeError(
            "Expecting ',' delimiter",
            text,
            at,
        )
    following = _skip_blanks(text, at + 1)
    if text.startswith(closing, following):
        raise json.JSONDecodeError(
            "Illegal trailing comma",
            text,
            at,
        )
    return following

"""What the product's files define and name, and where."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tierwise.files import decode_text
from tierwise.gates.reading.deciding import (
    decides,
    split_rust,
)
from tierwise.gates.reading.definitions import list_definitions
from tierwise.gates.reading.written import list_words

_HEADERS = (".h", ".hh", ".hpp")
_PROSE = (".md", ".rst")  # tell people of what the product does, and name much that it has lost
_COMMENTS = re.compile(
    r"/\*.*?\*/|//[^\n]*|^[ \t]*#(?!\s*(?:define|include|if|endif))[^\n]*", re.S | re.M
)
# A text that is a sign and nothing else.
_SIGN = re.compile(r"[\"'`]([^\w\s\"'`\\]{1,3})[\"'`]")


@dataclass
class Definitions:
    """What the product defines: name -> where (file stems), how its parameters read, and its bodies.

    ``words``: all that its code names, fields and keys too; ``signs``: texts of it that are no words; ``lines``: its
    lines without indents; ``files``: the names of its files; ``declared``: what its headers tell others of.
    """

    places: dict[str, set[str]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    signs: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)

    def add_file(
        self,
        path: str,
        data: bytes | None,
    ) -> None:
        """Read a file, unless it is gone or none of the product."""
        if data is None or decides(path):
            return
        file_name = posixpath.basename(path)
        stem = file_name.split(".", 1)[0]
        place = stem.lower()
        self.files.add(file_name)
        self.places.setdefault(stem, set()).add(place)
        if not path.endswith(_PROSE):
            self._add_code(_read_code(path, data))
        for found in list_definitions(path, data):
            name = found.name
            if path.endswith(_HEADERS):
                self.declared.add(name)
            self.places.setdefault(name, set()).add(place)
            self.parameters.setdefault(name, found.parameters)
            self.bodies[name] = self.bodies.get(name, "") + found.body

    def _add_code(self, code: str) -> None:
        self.words.update(list_words(code))
        self.signs.update(_SIGN.findall(code))
        self.lines.update(map(str.strip, code.splitlines()))


def read_bodies(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Read the bodies of what some files define, by name."""
    found = Definitions()
    for path, data in files:
        found.add_file(path, data)
    return found.bodies


def _read_code(path: str, data: bytes) -> str:
    """Read the product's code in a file with its texts; comments say nothing."""
    text = decode_text(data)
    if path.endswith(".rs"):
        text = split_rust(text)[0]
    return _COMMENTS.sub("", text)

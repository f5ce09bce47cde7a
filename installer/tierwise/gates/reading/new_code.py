"""New lines of the product, and the values that stand in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tierwise.files import decode_text
from tierwise.gates.reading.deciding import (
    decides,
    list_rust_tests,
)
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.paths import is_code
from tierwise.git.snapshot import TreeChange

LITERAL = re.compile(
    r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|(?<![\w.])(-?\d+(?:\.\d+)?)(?![\w.])"
)
# Besides the languages that `tests-intact` knows something of.
_OTHER_CODE = (
    ".pl",
    ".pm",
    ".lua",
    ".r",
    ".jl",
    ".dart",
    ".hs",
    ".ml",
)
# A script without an ending, where a project has its commands.
_COMMAND = re.compile(r"(?:^|/)(?:bin|scripts?)/[\w-]+$")
# A text that is only a way to write down numbers.
_NUMBERS = re.compile(r"[\d\s,;:.|x\[\](){}-]+")
# What is made of numbers alone, one of them of some length: the arguments of a date, the fields of a point.
_ROW = re.compile(r"[(\[]\s*(-?\d[\d_.]*(?:\s*,\s*-?\d[\d_.]*)+)\s*[)\]]")
_LONG_NUMBER = re.compile(r"\d{3}")


@dataclass(frozen=True)
class CodeBlock:
    """New lines that stand together.  ``known``: the values that the file had before."""

    path: str
    line: int
    text: str
    known: frozenset[str]

    @property
    def place(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"


def list_blocks(changes: Iterable[TreeChange]) -> Iterator[CodeBlock]:
    """Yield the new lines that a change brings to the product, block by block."""
    for change in changes:
        if change.after is None or not is_product_code(change.path):
            continue
        before = _product_text(
            change.path,
            change.before or b"",
        )
        after = _product_text(change.path, change.after).splitlines()
        known = frozenset((*literals_in(before), *rows_in(before)))
        for difference in list_differences(before.splitlines(), after):
            if difference.now:
                text = "\n".join(difference.now)
                yield CodeBlock(
                    change.path,
                    difference.start + 1,
                    text,
                    known,
                )


def _product_text(path: str, data: bytes) -> str:
    """Read the product's part of a file: Rust's test modules are blank lines, so each line keeps its number."""
    text = decode_text(data)
    if not path.endswith(".rs"):
        return text
    pieces = []
    position = 0
    for module in list_rust_tests(text):
        blank = "\n" * text.count("\n", module.start, module.stop)
        pieces += [text[position : module.start], blank]
        position = module.stop
    return "".join((*pieces, text[position:]))


def is_product_code(path: str) -> bool:
    """Tell whether a file is source of the product, and none that decides about tests."""
    is_source = is_code(path) or path.endswith(_OTHER_CODE) or _COMMAND.search(path)
    return bool(is_source) and not decides(path)


def literals_in(text: str) -> Iterator[str]:
    """Yield the texts and numbers in a piece of code; the numbers within a text count too."""
    for match in LITERAL.finditer(text):
        if match[3] is not None:
            yield match[3]
            continue
        value = match[1] if match[1] is not None else match[2]
        if not _NUMBERS.fullmatch(value):
            yield value
        yield from re.findall(r"\d+", value)


def rows_in(text: str) -> Iterator[str]:
    """Yield numbers that together are one value, without blanks: ``2024,3,4`` for ``date(2024, 3, 4)``."""
    for match in _ROW.finditer(text):
        row = "".join(match[1].split())
        if _LONG_NUMBER.search(row):
            yield row

"""The values that are written down in tests, whatever their language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from tierwise.files import decode_text
from tierwise.gates.reading.blocks import list_block
from tierwise.gates.reading.deciding import (
    decides,
    list_rust_tests,
)
from tierwise.gates.reading.paths import (
    is_code,
    is_config,
    is_snapshot,
)
from tierwise.gates.reports import strip_case

# A remark, which says nothing, or a value; what a test is called, at the end of a line or at its beginning, is neither.
_REMARK_OR_VALUE = re.compile(
    r"(?m:(?<!\S)(?:#|//)[^\n]*)|/\*[^\0]{0,4000}?\*/"
    r"|\b(?:it|test|describe|subtest)(?:\.\w+)?[ (]+(?:\"[^\"\n]*\"|'[^'\n]*')"
    r"|,\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)?;"
    r"|\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])"
)
_MORE_CODE = (".t", ".pl", ".pm")
_NAME_PARTS = re.compile(r"::| > |\.(?=\w+$)")


def list_values(texts: Iterable[str]) -> set[str]:
    """List the texts and numbers in the code of tests, without its remarks and what tests are called."""
    values: set[str] = set()
    for text in texts:
        found = map(
            re.Match.groups,
            _REMARK_OR_VALUE.finditer(text),
        )
        values.update(chain.from_iterable(found))
    return set(filter(None, values))


def list_own_values(
    name: str,
    texts: Iterable[str],
) -> set[str]:
    """List the values of a test, by the block where its name stands."""
    parts = _NAME_PARTS.split(strip_case(name))
    return list_named_values(parts[-1:], texts)


def list_named_values(
    names: Iterable[str],
    texts: Iterable[str],
) -> set[str]:
    """List the values of the blocks where some names stand."""
    wanted = [name.lower() for name in names]
    blocks: list[str] = []
    for text in texts:
        blocks += _list_blocks(text, wanted)
    return list_values(blocks)


def _list_blocks(
    text: str,
    names: Iterable[str],
) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        bare = line.lower()
        if any(name in bare for name in names):
            block = list_block(lines, index, index + 1)
            yield "".join(block)


def read_test_code(path: str, data: bytes) -> str:
    """Read the part of a file that is the code of tests; empty where there is none."""
    text = decode_text(data)
    if decides(path):
        if _is_test_code(path):
            return text
        return ""
    if not path.endswith(".rs"):
        return ""
    modules = (text[module.start : module.stop] for module in list_rust_tests(text))
    return "\n".join(modules)


def _is_test_code(path: str) -> bool:
    if is_config(path) or is_snapshot(path):
        return False
    return path.endswith(_MORE_CODE) or is_code(path)

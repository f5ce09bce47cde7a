"""The old tests as they are, with the product's new names in them and the imports of the new tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tierwise.gates.following.imports import (
    find_import,
    is_import,
    names_tests,
)
from tierwise.gates.following.lines import split_lines
from tierwise.gates.following.product import Product
from tierwise.gates.reading.tokens import list_code_names
from tierwise.gates.reading.written import IDENTIFIER

_ALIAS = re.compile(r"\bas\b|\w\s*:\s*\w+\s*[,}]")
_OPENS = re.compile(r"\s*(?:from|import|const|let|var|use)\b[^()]*[({]\s*$")


def rename_tests(
    old: bytes,
    new: bytes,
    product: Product,
    imports: Iterable[str],
) -> bytes:
    """Rename in old tests what the product renamed and moved.  ``imports``: of all delivered tests."""
    lines = list(join_imports(split_lines(old)))
    code = [_rename(line, product) for line in lines if not is_import(line)]
    kept = _list_imports(
        list(filter(is_import, lines)),
        new,
        product,
    )
    plain = [line for line in imports if _is_plain(line, lines)]
    lost = list_code_names(code) & _list_moved(product)
    for name in sorted(lost - list_code_names(kept)):
        line = find_import(name, plain, product)
        kept += [line] if line else []
    return "".join((*kept, *code)).encode("utf-8", "surrogateescape")


def _list_imports(
    before: list[str],
    new: bytes,
    product: Product,
) -> list[str]:
    """List the old imports without those of what moved, and the new ones."""
    after = filter(is_import, join_imports(split_lines(new)))
    kept = [line for line in before if not _names_moved(line, product)]
    return kept + [line for line in after if line not in kept and _is_plain(line, before)]


def join_imports(lines: list[str]) -> Iterator[str]:
    """Join each import that reaches over several lines into one."""
    opened: list[str] = []
    for line in lines:
        if opened or _OPENS.match(line):
            opened.append(line.strip())
            if re.match(r"\s*[)}]", line):
                yield " ".join(opened) + "\n"
                opened = []
        else:
            yield line
    yield from opened


def _rename(line: str, product: Product) -> str:
    """Put the new names of functions that are gone into a line of code."""
    names = product.new_names

    def rename(match: re.Match[str]) -> str:
        return names.get(match[0], match[0])

    return IDENTIFIER.sub(rename, product.follow_paths(line))


def _list_moved(product: Product) -> frozenset[str]:
    """List the functions that the product defines in other files than it did, or by other names."""
    was, now = product.before.places, product.after.places
    moved = {name for name in product.functions if name in now and was.get(name) != now[name]}
    return frozenset(moved)


def _names_moved(line: str, product: Product) -> bool:
    named = list_code_names([line])
    return not named.isdisjoint(product.gone_functions | _list_moved(product))


def _is_plain(
    line: str,
    before: list[str],
) -> bool:
    """Tell whether an import stood there, or brings what the product has by the name that it has."""
    if line in before:
        return True
    return not _ALIAS.search(line) and not names_tests([line])

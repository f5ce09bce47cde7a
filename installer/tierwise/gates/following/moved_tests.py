"""Tests that stand in new files now, as they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from tierwise.gates.following.imports import (
    is_import,
    names_tests,
)
from tierwise.gates.following.lines import (
    list_moved,
    split_lines,
)
from tierwise.gates.following.product import Product
from tierwise.gates.following.strength import (
    defines_any,
    keep_from_failing,
)
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.titles import mask_title
from tierwise.gates.reading.written import mask_words
from tierwise.git.snapshot import TreeChange


def find_moved_tests(
    changes: Iterable[TreeChange], replaced: Iterable[bytes | None], product: Product
) -> dict[str, bytes]:
    """Find new files that hold old tests.  ``replaced``: the files that decide about tests, as they were.

    What is new besides (titles, a suite around them, more tests) keeps nothing from failing, and puts nothing in the
    place of the product's functions.
    """
    mask = partial(mask_renamed, product)
    old_lines: set[str] = set()
    for data in replaced:
        old_lines.update(map(mask, split_lines(data or b"")))
    found = {}
    for change in changes:
        data = _find_new_test(change)
        if data is None:
            continue
        # In the file's order, so that what reaches over lines is judged alike in each run.
        added = [line for line in split_lines(data) if mask(line) not in old_lines]
        if _holds_old(data, added) and not _bends_tests(added, product.functions):
            found[change.path] = data
    return found


def mask_renamed(product: Product, line: str) -> str:
    """Strip a line of a test, whatever that is called, and mask functions that are gone or new."""
    return mask_words(
        mask_title(line.strip()),
        product.gone_functions | product.new_functions,
    )


def _find_new_test(change: TreeChange) -> bytes | None:
    """Return the content of a new file that decides about tests; None of any other."""
    is_new = change.before is None and not change.old_path
    return change.after if is_new and decides(change.path) else None


def _holds_old(data: bytes, added: Collection[str]) -> bool:
    """Tell whether most lines of a file, its imports aside, stood in old tests."""
    lines = list_moved(data)
    return bool(lines) and 2 * len(lines.intersection(map(str.strip, added))) <= len(lines)


def _bends_tests(
    added: Collection[str],
    functions: Collection[str],
) -> bool:
    """Tell whether new lines keep tests from failing, or look at something in the place of the product."""
    if keep_from_failing(added) or defines_any("\n".join(added), functions):
        return True
    imports = list(filter(is_import, added))
    return names_tests(imports)

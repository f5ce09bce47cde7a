"""Small faults put into the product: what the tests of a change notice of them, and those before it noticed."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from tierwise.gates.model import ChangeSet
from tierwise.gates.mutants import Mutant, make_mutants
from tierwise.gates.new_tests.broken_functions import read_functions
from tierwise.gates.reading.deciding import decides
from tierwise.gates.reading.function_bodies import Function
from tierwise.gates.reading.naming import mentions
from tierwise.gates.reading.new_code import is_product_code
from tierwise.gates.runs import Run
from tierwise.gates.trees import build_tree, read_files
from tierwise.git.snapshot import TreeChange

_MOST_NEW = 6  # faults in new lines; the first that is noticed is enough
_LEAST_NEW = 3  # of them before the tests count as blind
_MOST_OLD = 12  # faults in a product that is to do what it did
_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_MOST_FUNCTIONS = 4  # broken one by one
_RunTree = Callable[[str], Run]
_Files = dict[str, bytes | None]


def count_unnoticed(change: ChangeSet, run: _RunTree) -> int:
    """Count small faults in the changed lines that no test notices; 0 if one is noticed or they are too few.

    Other numbers alone tell nothing: a default may be any.
    """
    tried = 0
    is_telling = False
    for mutant in islice(_list_gross(change.changes), _MOST_NEW):
        if not run(build_tree(change, {mutant.path: mutant.content})).passed:
            return 0
        tried += 1
        is_telling |= not mutant.edit.new.isdigit()
    return tried if is_telling and tried >= _LEAST_NEW else 0


def _list_gross(changes: Iterable[TreeChange]) -> Iterator[Mutant]:
    """Yield faults that not only an edge shows: comparisons are turned round.

    What gives nothing at all is left to those who break whole functions.
    """
    for mutant in make_mutants(changes):
        was = mutant.original[mutant.edit.start : mutant.edit.end].decode("latin-1")
        new = _CONTRARY.get(was, mutant.edit.new)
        if new != "None":
            yield replace(
                mutant,
                edit=replace(mutant.edit, new=new),
            )


def find_missed(
    change: ChangeSet,
    old_tree: str,
    run: _RunTree,
) -> str:
    """Find a small fault in the product that the tests noticed and notice no more; empty for none.

    ``old_tree``: the old tests, on the product as it is.
    """
    is_missed = _make_check(change, old_tree, run)
    is_same = old_tree == change.base_tree  # nothing else has broken whole functions
    for mutant in _list_spread(change, may_be_gross=is_same):
        if is_missed({mutant.path: mutant.content}):
            return f"{mutant.path}:{mutant.line}: {mutant.told}"
    return ""


def find_missed_answer(
    change: ChangeSet,
    old_tree: str,
    run: _RunTree,
) -> str:
    """Find a changed function that may give nothing, or another value, unnoticed by new tests; else empty."""
    is_missed = _make_check(change, old_tree, run)
    functions = read_functions(change.changes)
    for name in functions.names[:_MOST_FUNCTIONS]:
        for variant in functions.select(partial(_is_called, name)).list_variants():
            if not variant.is_error and is_missed(variant.files):
                return f"{name} gives nothing, or another value"
    return ""


def _is_called(name: str, function: Function) -> bool:
    return function.name == name


def _make_check(
    change: ChangeSet,
    old_tree: str,
    run: _RunTree,
) -> Callable[[_Files], bool]:
    """Make what tells whether files make the old tests fail, and the new ones not."""

    def is_missed(files: _Files) -> bool:
        if not run(build_tree(change, files)).passed:
            return False
        old = run(build_tree(change, files, old_tree))
        return old.ran and not old.passed

    return is_missed


def _list_spread(
    change: ChangeSet,
    *,
    may_be_gross: bool,
) -> Iterator[Mutant]:
    """Yield faults on lines all over the files of the product that the changed tests speak of."""
    tests = [entry for entry in change.changes if decides(entry.path)]
    text = "\n".join(entry.text_before + entry.text_after for entry in tests)

    def is_spoken_of(path: str) -> bool:
        stem = posixpath.splitext(posixpath.basename(path))[0]
        return is_product_code(path) and mentions(text, stem)

    files = read_files(change, change.tree, is_spoken_of)
    mutants = make_mutants(TreeChange(path, None, data) for path, data in files)
    by_line: dict[tuple[str, int], Mutant] = {}
    for mutant in mutants:
        if mutant.edit.new == "None" and not may_be_gross:
            continue
        by_line.setdefault((mutant.path, mutant.line), mutant)
    found = list(by_line.values())
    step = max(1, len(found) // _MOST_OLD)
    yield from found[::step][:_MOST_OLD]

"""Small faults put into the product: what the tests of a change notice of them, and those before it noticed."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from tierwise.gates.model import ChangeSet
from tierwise.gates.mutants import Mutant, make_mutants
from tierwise.gates.naming import mentions
from tierwise.gates.new_code import is_product_code
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.deciding import decides
from tierwise.gates.trees import build_tree, read_files
from tierwise.git.snapshot import Change

_MOST_NEW = 6  # faults in new lines; the first that is noticed is enough
_LEAST_NEW = 3  # of them before the tests count as blind
_MOST_OLD = 12  # faults in a product that stays as it was
_CONTRARY = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_RunTree = Callable[[str], Run]


def count_unnoticed(change: ChangeSet, run: _RunTree) -> int:
    """How many small faults in the changed lines no test notices; none, where one is noticed or they are too few.

    Other numbers alone tell nothing: a default may be any.
    """
    tried = 0
    is_telling = False
    for mutant in islice(_list_gross(change.changes), _MOST_NEW):
        if not run(_put_in(change, mutant, change.tree)).passed:
            return 0
        tried += 1
        is_telling |= not mutant.edit.new.isdigit()
    return tried if is_telling and tried >= _LEAST_NEW else 0


def _list_gross(changes: Iterable[Change]) -> Iterator[Mutant]:
    """Faults that not only an edge shows: comparisons are turned round.

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


def find_missed(change: ChangeSet, run: _RunTree) -> str:
    """A small fault in a product that stays as it was, which the tests noticed and notice no more; empty for none."""
    for mutant in _list_spread(change):
        if not run(_put_in(change, mutant, change.tree)).passed:
            continue
        old = run(_put_in(change, mutant, change.base_tree))
        if old.ran and not old.passed:
            return f"{mutant.path}:{mutant.line}: {mutant.told}"
    return ""


def _put_in(
    change: ChangeSet,
    mutant: Mutant,
    tree: str,
) -> str:
    return build_tree(
        change,
        {mutant.path: mutant.content},
        tree,
    )


def _list_spread(change: ChangeSet) -> Iterator[Mutant]:
    """Faults on lines all over the files of the product that the changed tests speak of."""
    tests = [entry.before or b"" for entry in change.changes if decides(entry.path)]
    text = b"\n".join(tests).decode("utf-8", "replace")

    def is_spoken_of(path: str) -> bool:
        stem = posixpath.splitext(posixpath.basename(path))[0]
        return is_product_code(path) and mentions(text, stem)

    files = read_files(change, change.tree, is_spoken_of)
    mutants = make_mutants(Change(path, None, data) for path, data in files)
    by_line: dict[tuple[str, int], Mutant] = {}
    for mutant in mutants:
        by_line.setdefault((mutant.path, mutant.line), mutant)
    found = list(by_line.values())
    step = max(1, len(found) // _MOST_OLD)
    yield from found[::step][:_MOST_OLD]

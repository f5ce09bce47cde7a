"""Whether it is for a person to say if tests follow from the task: it wants another behaviour, and nothing else tells."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.product import Product
from tierwise.gates.reading.paths import is_config
from tierwise.gates.tests_intact import find_weakened
from tierwise.gates.tests_intact.excuses import is_asked_for
from tierwise.git.snapshot import TreeChange

# Findings of the tests' reading that other expectations are bound to have.
_FOLLOWS = ("snapshot", "expected")
# Those that are seen line by line where the task wants something removed.
_GOES = ("weakened",)


def is_open_question(
    tests: Sequence[ChangedTest],
    changes: Sequence[TreeChange],
    restored: Collection[str],
    product: Product,
) -> bool:
    """Tell whether nothing tells if changed tests follow from the task or were weakened.

    Where the task itself says that tests are to change, no reading of them decides that they may not.

    ``restored``: the paths of what was put back.
    """
    is_told = product.wording.wants_other_tests
    if not product.wants_change and not is_told:
        return False
    if any(_is_beyond_doubt(entry, restored) for entry in changes):
        return False
    if is_told:
        return True
    is_open = all(test.is_open_question() for test in tests)
    return is_open and not _are_weakened(changes, product)


def _is_beyond_doubt(
    entry: TreeChange,
    restored: Collection[str],
) -> bool:
    """Tell whether a file that decides about tests went, or says how they run."""
    path = entry.path_before
    if path not in restored:
        return False
    return entry.after is None or is_config(path)


def _are_weakened(
    changes: Sequence[TreeChange],
    product: Product,
) -> bool:
    """Tell whether reading the tests finds more than other expectations."""
    follows = set(_FOLLOWS)
    if product.loses_as_asked:
        follows.update(_GOES)
    others = [found for found in find_weakened(changes) if found.rule not in follows]
    return not all(is_asked_for(found, product.task) for found in others)

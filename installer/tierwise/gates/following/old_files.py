"""The files of the tests as they were, on the change's product, and what of them follows the change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

from tierwise.gates.following.derived_data import DerivedData
from tierwise.gates.following.follow import (
    ChangedTest,
)
from tierwise.gates.following.imports import is_import
from tierwise.gates.following.levels import Level
from tierwise.gates.following.lines import (
    compares_with,
    list_given,
    list_moved,
    split_lines,
)
from tierwise.gates.following.moved_tests import (
    find_moved_tests,
    mask_renamed,
)
from tierwise.gates.following.product import (
    Product,
    read_product,
)
from tierwise.gates.following.product_code import read_bodies
from tierwise.gates.following.recorded import (
    DATA,
    is_to_be_recorded,
)
from tierwise.gates.following.renamed_tests import (
    join_imports,
    rename_tests,
)
from tierwise.gates.following.rules import rounds_the_other_way
from tierwise.gates.model import ChangeSet
from tierwise.gates.reading.deciding import (
    decides,
    is_readable_test,
    restore,
)
from tierwise.gates.reading.definitions import is_product_source
from tierwise.gates.trees import build_tree, read_files
from tierwise.git.snapshot import TreeChange

MOST_READ = 300  # files that are as they were


@dataclass(frozen=True)
class _Kept:
    """A file that was put back and is not gone: its old path, its old and its new content."""

    path: str
    old: bytes
    new: bytes


@dataclass
class OldFiles:
    """What decides about tests, as it was.

    ``replaced``: what was put back, by its old path, None for what was not there; ``tree``: the change's tree with it.
    """

    change: ChangeSet
    replaced: dict[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changes = self.change.changes
        self.task = self.change.task
        for entry in self.changes:
            self._restore_entry(entry)
        self.tree = build_tree(self.change, self.replaced)

    def _restore_entry(self, entry: TreeChange) -> None:
        if entry.is_link:
            return
        if not entry.old_path:
            restored = restore(
                entry.path,
                entry.before,
                entry.after,
            )
            if restored != entry.after:
                self.replaced[entry.path] = restored
            return
        old = restore(entry.old_path, entry.before, None)
        new = restore(entry.path, None, entry.after)
        if old is not None:
            self.replaced[entry.old_path] = old
        if new is None:
            self.replaced[entry.path] = None

    @property
    def differ(self) -> bool:
        """Whether the change touched anything that decides about tests."""
        return self.tree != self.change.tree

    @cached_property
    def product(self) -> Product:
        """What the change does to the product."""
        return read_product(
            self.changes,
            self.task,
            self._read_other_files,
        )

    def _read_other_files(self) -> dict[str, str]:
        """Read the bodies of what the product defines in files that are as they were."""
        return read_bodies(read_files(self.change, self.change.tree, is_product_source, MOST_READ))

    def _rename(self) -> dict[str, bytes | None]:
        """Return the files as they were, with the product's new names in them."""
        if not self.product.new_names and not self.product.has_moved_functions:
            return self.replaced
        renamed = dict(self.replaced)
        for entry in self.changes:
            path = entry.path_before
            old = self.replaced.get(path)
            if old is not None and decides(path) and is_readable_test(path):
                renamed[path] = rename_tests(
                    old,
                    entry.after or b"",
                    self.product,
                    self._imports,
                )
        return renamed

    def follow(
        self, changed: list[ChangedTest], level: Level | None
    ) -> tuple[dict[str, bytes | None], int]:
        """Return the files with what the change explains, and how many lines; no level: new names alone."""
        if level is None:
            return self._rename(), len(self.product.new_names)
        files = {
            **self.replaced,
            **self.rerecorded,
            **self.moved_tests,
        }
        total = len(self.rerecorded)
        for test in changed:
            followed, lines = test.follow(level)
            files[test.path] = followed if followed.strip() else None
            total += lines
        return files, total

    def read_changed(
        self,
        failing: tuple[str, ...],
    ) -> list[ChangedTest]:
        """Read other files put back and not gone.  ``failing``: tests that fail as they were."""
        return [
            ChangedTest(
                path=kept.path,
                old=kept.old,
                new=kept.new,
                product=self.product,
                moved=self._moved_lines,
                lost=self._lost_values,
                failing=frozenset(failing),
                imports=self._imports,
                is_expected=self._is_expected(kept),
            )
            for kept in (*self._list_kept(), *self._list_emptied())
            if kept.path not in self.rerecorded
        ]

    @cached_property
    def goes_against_task(self) -> bool:
        """Whether the tests expect what cannot follow from the task."""
        for kept in self._list_kept():
            if rounds_the_other_way(split_lines(kept.old), split_lines(kept.new), self.task):
                return True
        return False

    @cached_property
    def rerecorded(self) -> dict[str, bytes]:
        """Recorded outputs that the task wants recorded anew, as they are now, by their old path."""
        found = {}
        for kept in self._list_kept():
            if is_to_be_recorded(kept.path, self.task):
                found[kept.path] = kept.new
        return found

    @cached_property
    def moved_tests(self) -> dict[str, bytes]:
        """New files of tests that hold old ones."""
        return find_moved_tests(
            self.changes,
            self.replaced.values(),
            self.product,
        )

    @cached_property
    def delivered_tests(self) -> dict[str, bytes]:
        """The changed files that decide about tests, as delivered."""
        return {entry.path: entry.after or b"" for entry in self.changes if decides(entry.path)}

    @cached_property
    def _moved_lines(self) -> frozenset[str]:
        """The lines of moved tests, as ``mask_renamed`` has them."""
        lines = chain.from_iterable(map(list_moved, self.moved_tests.values()))
        return frozenset(map(partial(mask_renamed, self.product), lines))

    @cached_property
    def _lost_values(self) -> frozenset[str]:
        """What the tests give under names that the product lost as the task wants it."""
        words = self.product.lost_words
        if not words:
            return frozenset()
        files = read_files(
            self.change,
            self.change.base_tree,
            decides,
        )
        return frozenset(value for _, data in files for value in list_given(data, words))

    @cached_property
    def _imports(self) -> tuple[str, ...]:
        """The imports of all changed tests as delivered."""
        files = map(split_lines, self.delivered_tests.values())
        lines = chain.from_iterable(map(join_imports, files))
        return tuple(filter(is_import, lines))

    def _is_expected(self, kept: _Kept) -> bool:
        """Tell whether data are what tests expect of what is to change, or follow line by line."""
        if not DATA.search(kept.path) or self.product.wording.keeps_something:
            return False
        name = kept.path.rpartition("/")[2]
        if compares_with(self._test_lines, name, self.product.asked):
            return True
        if not self.product.wants_change:
            return False
        given = b"\n".join(self._old_tests.values())
        data = DerivedData(
            kept.old,
            kept.new,
            self.task,
            given.decode("utf-8", "replace"),
        )
        return data.follow()

    @cached_property
    def _old_tests(self) -> dict[str, bytes]:
        """All tests as they were, and their data."""
        files = read_files(
            self.change,
            self.change.base_tree,
            decides,
            MOST_READ,
        )
        return dict(files)

    @cached_property
    def _test_lines(self) -> list[str]:
        """The lines of all tests as they were."""
        tests = [data for path, data in self._old_tests.items() if not DATA.search(path)]
        return list(chain.from_iterable(map(split_lines, tests)))

    def _list_kept(self) -> Iterator[_Kept]:
        for entry in self.changes:
            old = self.replaced.get(entry.path_before)
            if old is not None and entry.after is not None:
                yield _Kept(entry.path_before, old, entry.after)

    def _list_emptied(self) -> Iterator[_Kept]:
        """Yield the same of tests that are gone, where others moved: those that moved too leave nothing."""
        if not self.moved_tests:
            return
        for entry in self.changes:
            old = self.replaced.get(entry.path)
            if old and entry.after is None and is_readable_test(entry.path):
                yield _Kept(entry.path, old, b"")

"""The old tests, following the change: lines taken over that a rename, a move, a new signature or the task explains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tierwise.gates.following.explaining import is_explained
from tierwise.gates.following.gone import (
    are_gone,
    are_lost,
    find_gone_tests,
    is_about_what_goes,
    is_lost,
    leave_place,
    leaves_out,
    lists_gone,
    may_go,
)
from tierwise.gates.following.hunks import (
    Hunk,
    is_about_asked,
    is_about_others,
    keeps_all_values,
    keeps_values,
    loses_values,
    take_in_turn,
)
from tierwise.gates.following.imports import (
    are_imports,
    imports_are_explained,
    is_import,
    replace_imports,
)
from tierwise.gates.following.insertions import (
    add_constants,
    find_constants,
    follow_insertion,
    list_stated_data,
)
from tierwise.gates.following.levels import Level
from tierwise.gates.following.lines import split_lines
from tierwise.gates.following.messages import OtherTexts
from tierwise.gates.following.moved_tests import mask_renamed
from tierwise.gates.following.notation import is_other_notation
from tierwise.gates.following.outdated import find_outdated
from tierwise.gates.following.product import Product
from tierwise.gates.following.recorded import (
    DATA,
    has_stated_numbers,
    is_explained_data,
    loses_only_asked,
)
from tierwise.gates.following.rules import follows_stated_rule
from tierwise.gates.following.strength import (
    asserts,
    is_safe,
    lists_expected,
    moves_input,
    narrows,
)
from tierwise.gates.reading.blocks import (
    drop_blocks,
    drop_each_block,
    list_block,
    list_subject,
)
from tierwise.gates.reading.differences import list_parts
from tierwise.gates.reading.titles import is_other_title
from tierwise.gates.reading.tokens import list_code_names


@dataclass(frozen=True)
class ChangedTest:
    """A file of tests before and after a change, and the change to the product that it may follow.

    ``moved``: lines that stand in new files of tests now, as ``mask_renamed`` has them; ``lost``: values of the tests
    under names that the product lost as the task wants it; ``failing``: tests that fail as they were; ``imports``: of
    all delivered tests; ``is_expected``: the file holds what is expected of something that the task wants otherwise.
    """

    path: str
    old: bytes
    new: bytes
    product: Product
    moved: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()
    imports: tuple[str, ...] = ()
    is_expected: bool = False

    @cached_property
    def before(self) -> list[str]:
        """The old lines, without tests that stand elsewhere now or went with what the product lost as asked."""
        lines = split_lines(self.old)
        if self.is_data:
            return lines
        if self.moved:
            lines = drop_each_block(lines, self._is_elsewhere)
        if self.product.wording.removing:
            lines = drop_blocks(
                lines,
                self._are_gone_with_product,
                self.failing,
            )
        return lines

    def _is_elsewhere(self, block: list[str]) -> bool:
        """Tell whether a block stands in a new file now, and here no more."""
        return block[0] not in self.after and self._have_moved(block)

    def _are_gone_with_product(self, block: list[str]) -> bool:
        """Tell whether a failing test is gone that tests what the product lost as the task wants it."""
        title, *body = block
        return title not in self.after and is_about_what_goes(title, body, self.product)

    @cached_property
    def after(self) -> list[str]:
        """The new lines."""
        return split_lines(self.new)

    @cached_property
    def texts(self) -> OtherTexts:
        """The texts that the product says no more."""
        return OtherTexts(self.product, self.before, self.after)

    @cached_property
    def is_data(self) -> bool:
        """Whether the file holds data, and no code."""
        return DATA.search(self.path) is not None

    @cached_property
    def gone(self) -> frozenset[str]:
        """Names of tests that went with what they tested."""
        return find_gone_tests(
            self.before,
            self.after,
            self.product,
        )

    @cached_property
    def hunks(self) -> list[Hunk]:
        """The file from its top to its end: lines that are the same, and those that differ."""
        hunks = []
        start = 0
        for was, now in list_parts(self.before, self.after):
            end = start + len(was)
            block = [] if was == now else self._find_block(start, end)
            hunks += Hunk(list(was), list(now), block).cut()
            start = end
        return hunks

    def _find_block(self, start: int, end: int) -> list[str]:
        if self.is_data:
            return list_block(self.before, start, end)
        return list_subject(self.before, start, end, self.product.subjects)

    @cached_property
    def named(self) -> list[list[str]]:
        """What each hunk is at the first level, on which the others build."""
        return list(map(self._follow_named, self.hunks))

    @property
    def pairs(self) -> Iterator[tuple[Hunk, list[str]]]:
        """Each hunk with what it is at the first level."""
        return zip(self.hunks, self.named, strict=True)

    @cached_property
    def follows_rule(self) -> bool:
        """Whether a rule that the task states, of code that it speaks of, makes what is new of all that no name explains."""
        if not self.is_open_question():
            return False
        places = [(named, hunk.now) for hunk, named in self.unexplained]
        given = [line for hunk, _ in self.unexplained for line in hunk.block]
        return follows_stated_rule(
            places,
            self.product.task,
            "".join(given),
        )

    @cached_property
    def outdated(self) -> list[Hunk]:
        """What differs in tests that the task names as those that have to change."""
        return find_outdated(self.hunks, self.before, self.product)

    def is_open_question(self) -> bool:
        """Tell whether nobody can tell from names and words if what is left follows from the task.

        It loses no assertion, keeps no test from failing, and is not about code of which the task does not speak.
        """
        return all(map(self._is_open, self.list_unexplained_lines()))

    def keeps_expectations(self) -> bool:
        """Tell whether what is left, imports aside, holds the same values and keeps no test from failing."""
        return all(
            keeps_all_values(hunk) and is_safe(hunk, self.product) for hunk, _ in self.unexplained
        )

    @cached_property
    def unexplained(self) -> list[tuple[Hunk, list[str]]]:
        """What stands for old lines and is explained by no name, and what these lines follow to."""
        return [pair for pair in self.pairs if pair[0].was and pair[1] != pair[0].now]

    def list_unexplained_lines(self) -> Iterator[Hunk]:
        """Yield what is explained by no name, line by line where that can be."""
        for hunk, named in self.unexplained:
            yield from hunk.list_parts(named)

    def _is_open(self, hunk: Hunk) -> bool:
        if self.is_data:
            return bool(hunk.now)
        if not hunk.now and are_gone(self._list_telling(hunk.was), self.product):
            return True
        if loses_values(hunk.was, hunk.now) or not is_safe(hunk, self.product):
            return False
        return self.texts.concern(hunk) or not is_about_others(hunk, self.product)

    def follow(self, level: Level) -> tuple[bytes, int]:
        """Return the old file with what the change explains of the new one, and how many lines that is."""
        if level == "asked" and self.is_expected:
            return self.new, len(self.after)
        result: list[str] = []
        taken = 0
        for hunk, named in self.pairs:
            is_free = level == "asked" and hunk in self.outdated
            lines = hunk.now if is_free else self._follow_hunk(hunk, named, level)
            if lines != hunk.was:
                came = [line for line in lines if line not in hunk.was]
                taken += max(1, len(came))
            result += lines
        return "".join(result).encode("utf-8", "surrogateescape"), taken

    def _follow_hunk(
        self,
        hunk: Hunk,
        named: list[str],
        level: Level,
    ) -> list[str]:
        if not hunk.was:
            return self._follow_insertion(hunk, level)
        if level == "named" or named == hunk.now:
            return named
        if not hunk.now:
            return self._follow_shorter(hunk, level, named)
        if level == "asked" and self._is_stated(hunk):
            return hunk.now
        if not hunk.is_even or len(named) != len(hunk.was):
            return self._follow_about(hunk, level, named)
        followed = []
        for pair, line in zip(hunk.split(), named, strict=True):
            followed += self._follow_about(pair, level, [line])
        return followed

    def _follow_shorter(
        self,
        hunk: Hunk,
        level: Level,
        otherwise: list[str],
    ) -> list[str]:
        """Return no lines where a list of all expected of what is to change shrinks, or a panic goes."""
        is_expected = lists_expected(hunk.block[0]) and not any(map(asserts, hunk.was))
        may_go = level == "asked" and (is_expected or self.texts.are_panics(hunk.was))
        return [] if may_go and is_about_asked(hunk, self.product) else otherwise

    def _is_stated(self, hunk: Hunk) -> bool:
        """Tell whether the task says what is to stand in these lines."""
        if self.follows_rule or self.texts.explain(hunk) or self.texts.give_example(hunk):
            return True
        return self.is_data and has_stated_numbers(hunk, self.product)

    def _follow_removal(self, hunk: Hunk) -> list[str]:
        lines = hunk.was
        # In a file that is gone, nothing needs its imports.
        code = lines if self.new else [line for line in lines if not is_import(line)]
        if (
            may_go(code, self.product, self.gone)
            or are_lost(self._list_telling(lines), self.product)
            or self._have_moved(lines)
        ):
            return []
        return [] if lists_gone(lines, self.product) else lines

    def _list_telling(self, lines: list[str]) -> list[str]:
        """List the lines that check something; all that are not blank, of data."""
        if self.is_data:
            return [line for line in lines if line.strip()]
        return [line for line in lines if asserts(line)]

    def _have_moved(self, lines: list[str]) -> bool:
        """Tell whether lines stand in a new file of tests now; imports go with what needs them."""
        bare = {mask_renamed(self.product, line) for line in lines if not is_import(line)}
        return bool(self.moved) and bare - {""} <= self.moved

    def _follow_about(
        self,
        hunk: Hunk,
        level: Level,
        otherwise: list[str],
    ) -> list[str]:
        """Return the new lines where they are about what is to change and lose no strength by it."""
        outright = level != "asked"
        is_about = is_about_asked(hunk, self.product, outright=outright) and not narrows(hunk)
        if not is_about or not is_safe(hunk, self.product):
            return otherwise
        if keeps_values(hunk.was, add_constants(hunk.now, self.constants)):
            return hunk.now
        is_kept = outright or moves_input(hunk, self.product.task)
        return otherwise if is_kept else hunk.now

    @cached_property
    def constants(self) -> dict[str, str]:
        """New lines that only give values a name, by this name."""
        return find_constants(self.before, self.after)

    def _follow_insertion(
        self,
        hunk: Hunk,
        level: Level,
    ) -> list[str]:
        if self.is_data:
            return list_stated_data(hunk, self.product)
        if level != "named" and set(filter(str.strip, hunk.now)) <= set(self.constants.values()):
            return hunk.now
        texts = self.texts if level == "asked" else None
        return follow_insertion(hunk, self.product, texts)

    def _follow_named(self, hunk: Hunk) -> list[str]:
        """Return lines that the change itself or the task's own words explain."""
        if not hunk.was or hunk.was == hunk.now:
            return hunk.was
        if not hunk.now:
            return self._follow_removal(hunk)
        return self._follow_replacement(hunk)

    def _follow_replacement(self, hunk: Hunk) -> list[str]:
        was, now = hunk.was, hunk.now
        if are_imports([*was, *now]):
            followed = replace_imports(was, now, self.product, self.imports)
            if followed is not None:
                return followed
        if self._is_replaced_as_asked(hunk) or is_other_notation(hunk, self.product):
            return now
        if not hunk.is_even:
            return take_in_turn(was, now, self._choose_lines)
        return [self._follow_pair(old, new) for old, new in hunk.pairs]

    def _is_replaced_as_asked(self, hunk: Hunk) -> bool:
        """Tell whether the old lines are only about what is to go, and the new ones about something new."""
        if self.is_data and loses_only_asked(hunk, self.product):
            return True
        is_new = list_code_names(hunk.now).isdisjoint(self.product.before.places)
        return is_new and may_go(hunk.was, self.product, self.gone)

    def _follow_pair(
        self,
        old: str,
        new: str,
    ) -> str:
        if self._is_same(old, new):
            return new
        if self.is_data and is_explained_data(old, new, self.product, self.lost):
            return new
        if not self.is_data and is_lost(old, self.product):
            return leave_place(old, self.path)
        return old

    def _choose_lines(
        self,
        old: str,
        left: list[str],
    ) -> list[str]:
        """Choose what stands in an old line's place, out of the new lines that are left."""
        for line in left:
            if self._is_same(old, line):
                return [line]
        imports = list(filter(is_import, left))
        is_known = is_import(old) and imports_are_explained([old], imports, self.product)
        if imports and is_known:
            return imports
        if may_go([old], self.product, self.gone):
            return []
        if not self.is_data and is_lost(old, self.product):
            return [leave_place(old, self.path)]
        return [old]

    def _is_same(
        self,
        old: str,
        new: str,
    ) -> bool:
        if is_other_title(old, new) or leaves_out(old, new, self.gone):
            return True
        return is_explained(old, new, self.product)

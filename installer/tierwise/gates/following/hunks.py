"""Lines of tests that differ: what they are about, and whether they hold the same values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tierwise.gates.following.imports import is_import
from tierwise.gates.following.product import Product
from tierwise.gates.reading.titles import mask_title
from tierwise.gates.reading.tokens import (
    list_code_names,
    literals_of,
    split_tokens,
)


@dataclass(frozen=True)
class Hunk:
    """Lines that differ, and the block of the old file in which they stand."""

    was: list[str]
    now: list[str]
    block: list[str]

    @property
    def is_even(self) -> bool:
        """Whether there are as many new lines as old ones."""
        return len(self.was) == len(self.now)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each old line with the new one in its place, where there are as many of them."""
        return list(zip(self.was, self.now, strict=True))

    def cut(self) -> list[Hunk]:
        """Cut into the lines that stand for old ones and the paragraphs behind them, where there are any."""
        end = len(self.was)
        if not end or self.is_even or self.now[end : end + 1] != ["\n"]:
            return [self]
        return [
            Hunk(self.was, self.now[:end], self.block),
            Hunk([], self.now[end:], self.block),
        ]

    def split(self) -> list[Hunk]:
        """Split into hunks of an old line and the new one in its place each."""
        return [Hunk([old], [new], self.block) for old, new in self.pairs]

    def list_parts(self, followed: list[str]) -> list[Hunk]:
        """List the hunk, line by line where that can be, without lines that the old ones follow to."""
        if not self.is_even or len(followed) != len(self.now):
            return [self]
        parts = zip(self.split(), followed, strict=True)
        return [part for part, line in parts if part.now != [line]]

    @property
    def changed(self) -> list[str]:
        """Lines that stand on one side alone."""
        kept = set(self.was) & set(self.now)
        lines = [*self.was, *self.now]
        return [line for line in lines if line not in kept]


def is_about_asked(
    hunk: Hunk,
    product: Product,
    *,
    outright: bool = False,
) -> bool:
    """Tell whether lines are about what is to change: by their own names, else by those of their block."""
    asked = product.asked_outright if outright else product.asked
    telling = product.subjects - product.used_by_asked - product.lost_words
    own = []
    for line in hunk.changed:
        names = list_code_names([line]) & telling
        if names:
            own.append(names)
    if own:
        return not any(map(asked.isdisjoint, own))
    known = list_code_names(hunk.block) & product.subjects
    return not known.isdisjoint(asked)


def is_about_others(hunk: Hunk, product: Product) -> bool:
    """Tell whether the task names functions, and lines, or else their block, are about none of these."""
    asked = product.asked & product.subjects
    own = list_code_names(hunk.changed) & product.subjects
    named = own or list_code_names(hunk.block) & product.subjects
    if not asked or not named:
        return False
    return named.isdisjoint(asked)


def loses_values(old: list[str], new: list[str]) -> bool:
    """Tell whether lines hold fewer values than those that stood there."""
    was = literals_of(split_tokens(old))
    now = literals_of(split_tokens(new))
    return len(now) < len(was)


def keeps_values(old: list[str], new: list[str]) -> bool:
    """Tell whether the new lines have every value of the old ones, whatever their tests are called."""
    return holds_values(
        split_tokens(map(mask_title, old)),
        split_tokens(map(mask_title, new)),
    )


def holds_values(was: list[str], now: list[str]) -> bool:
    """Tell whether the new tokens have all values of the old ones."""
    old_values = Counter(literals_of(was))
    return old_values <= Counter(literals_of(now))


def keeps_all_values(hunk: Hunk) -> bool:
    """Tell whether both sides hold the same values, imports aside."""
    was = [line for line in hunk.was if not is_import(line)]
    now = [line for line in hunk.now if not is_import(line)]
    return keeps_values(was, now) and keeps_values(now, was)


def take_in_turn(
    was: list[str],
    now: list[str],
    choose: Callable[[str, list[str]], list[str]],
) -> list[str]:
    """Take for each old line the new one that explains it, if any does; what is new besides stays out."""
    result = []
    left = list(now)
    for old in was:
        lines = choose(old, left)
        for line in lines:
            if line in left:
                left.remove(line)
        result += lines
    return result

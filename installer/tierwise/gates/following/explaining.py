"""Whether one line of a test is another only because of what the change, or the task, names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, starmap

from tierwise.gates.following.hunks import holds_values
from tierwise.gates.following.product import Product
from tierwise.gates.following.stating import (
    are_stated,
    is_fault,
    is_stated,
)
from tierwise.gates.reading.differences import list_differences
from tierwise.gates.reading.tokens import (
    LITERAL,
    NAME,
    NUMBER,
    TOKEN,
    are_names,
    bare_value,
    literals_of,
    pair_replaced,
)

_LEAST_ARGUMENT = 3  # a name, a sign and a value
# Words that come and go with a function that becomes asynchronous, a value that becomes optional and the like.
_GLUE = frozenset(("await", "async", "new", "unwrap", "self", "this", "clone", "as", "mut", "ref"))
# How files are read, as text or as they are.
_READING = frozenset(
    (
        "open",
        "read",
        "read_text",
        "read_bytes",
        "readFileSync",
        "decode",
        "encoding",
        "newline",
        "toString",
    )
)


@dataclass(frozen=True)
class _LinePair:
    """A line of a test before and after, in tokens, and what the change does to the product."""

    was: list[str]
    now: list[str]
    product: Product

    @cached_property
    def replaced(self) -> list[tuple[str, str]] | None:
        """Tokens that differ, one for one; None where the lines are not equally long."""
        return pair_replaced(self.was, self.now)

    @cached_property
    def inserted(self) -> list[list[str]]:
        """What comes in, place by place; empty where something goes too."""
        if not _has_in_order(self.now, self.was):
            return []
        differences = list(list_differences(self.was, self.now))
        if any(difference.was for difference in differences):
            return []
        return [list(difference.now) for difference in differences]

    @property
    def has_same_values(self) -> bool:
        """Whether both lines hold the same values."""
        return literals_of(self.was) == literals_of(self.now)

    def is_explained(self) -> bool:
        """Tell whether nothing differs but what the change or the task explains."""
        if self.was == self.now:
            return True
        if self._has_named_values() or self._has_named_argument():
            return True
        if self.has_same_values:
            return self._has_other_names() or self._is_other_call() or self._is_other_form()
        if self._has_others_for_lost():
            return True
        return self._is_call_with_more() or self._has_stated_values() or self._adds_what_is_stated()

    def _has_others_for_lost(self) -> bool:
        """Tell whether only values differ, and each old one names what the product lost as asked."""
        if not self.replaced:
            return False
        names_lost = self.product.names_lost
        for old, new in self.replaced:
            are_values = LITERAL.match(old) and LITERAL.match(new)
            if not are_values or not names_lost(old) or names_lost(new):
                return False
        return True

    def _has_other_names(self) -> bool:
        """Tell whether only names differ, one for one, and each old one is gone or has moved."""
        if self.replaced is None:
            return False
        for index, old in enumerate(self.was):
            if old == self.now[index]:
                continue
            if not self._is_other_name(index):
                return False
        return True

    def _is_other_name(self, index: int) -> bool:
        old, new = self.was[index], self.now[index]
        if not are_names(old, new):
            return False
        product = self.product
        if product.is_gone(old) and new in product.after.places:
            return True
        if product.is_renamed_word(old, new):
            return True
        if new in product.list_renames(old):
            return True
        member = _member_after(self.was, index)
        if not member:
            return False
        return product.has_moved(old, member, new)

    def _list_other_calls(self) -> list[str]:
        """List functions with other parameters, outside of whose arguments nothing differs."""
        names = set(filter(self.product.has_new_signature, self.was))
        return list(filter(self._is_same_outside, names))

    def _is_same_outside(self, name: str) -> bool:
        was = _without_arguments(self.was, name)
        now = _without_arguments(self.now, name)
        return was == now

    def _is_other_call(self) -> bool:
        """Tell whether only arguments of a function with new parameters differ, made of the same values."""
        return bool(self._list_other_calls())

    def _is_call_with_more(self) -> bool:
        """Tell whether a function with other parameters gets the old values in place, and others besides."""
        if not self._list_other_calls():
            return False
        return holds_values(self.was, self.now)

    def _is_other_form(self) -> bool:
        """Tell whether names and values have another order: a function became a method, or the reverse."""
        product = self.product
        was = _count_names(self.was)
        now = _count_names(self.now)
        gone = list((was - now).elements())
        new = list((now - was).elements())
        if gone and _READING.issuperset((*gone, *new)):
            return True
        if not gone and not new:
            return any(map(product.has_new_signature, was))
        if len(gone) != len(new):
            return False
        return self._came_with_change(new) and self._went_with_change(gone)

    def _came_with_change(self, names: list[str]) -> bool:
        """Tell whether the product defines some of the names anew, and lost none."""
        product = self.product
        others = [name for name in names if not product.is_new(name)]
        if len(others) == len(names):
            return False
        return not any(map(product.is_gone, others))

    def _went_with_change(self, names: list[str]) -> bool:
        """Tell whether the product lost the names, or tests are called after what it lost."""
        product = self.product
        others = [name for name in names if not product.is_gone(name)]
        return all(map(product.list_renames, others))

    def _has_stated_values(self) -> bool:
        """Tell whether only values differ, which the task states, of a function that is to change."""
        if self.replaced is None:
            return False
        if self.product.asked_outright.isdisjoint(self.was):
            return False
        return all(starmap(self._is_stated_value, self.replaced))

    def _is_stated_value(
        self,
        old: str,
        new: str,
    ) -> bool:
        if not all(map(LITERAL.match, (old, new))):
            return False
        return is_stated(old, new, self.product.task)

    def _adds_what_is_stated(self) -> bool:
        """Tell whether something is added that the task states, and nothing taken away."""
        added = list(chain.from_iterable(self.inserted))
        return are_stated(added, self.product)

    def _has_named_values(self) -> bool:
        """Tell whether values became names that are new in the product, each of which the task speaks of."""
        product = self.product
        if product.new_words.isdisjoint(self.now):
            return False
        was = Counter(self.was)
        now = Counter(self.now)
        went = was - now
        came = now - was
        names = set(filter(NAME.match, came)) - _GLUE
        lost = set(filter(NAME.match, went)) - _GLUE
        # A key that was a name may be a text now.
        keys = set(map(bare_value, literals_of(came)))
        if not went or not names:
            return False
        if not names <= product.new_words or not keys <= lost:
            return False
        lost -= keys | product.gone_words
        return all(map(product.is_mentioned, names | lost))

    def _has_named_argument(self) -> bool:
        """Tell whether only a value comes, under a new name of the product that the task speaks of."""
        if len(self.inserted) != 1:
            return False
        added = [token for token in self.inserted[0] if token not in ",."]
        if len(added) < _LEAST_ARGUMENT or "(" in added:
            return False
        bare = set(map(bare_value, added))
        new = bare & self.product.new_words
        return any(map(self.product.is_mentioned, new))

    def has_stated_values_for_values(self) -> bool:
        """Tell whether only values differ, and the task states each of them, the old and the new."""
        if not self.replaced:
            return False
        if any(is_fault(new, self.product.task) for _, new in self.replaced):
            return False
        values = chain.from_iterable(self.replaced)
        return all(map(self.product.is_mentioned, values))

    def has_other_numbers(self) -> bool:
        """Tell whether only numbers differ."""
        if not self.replaced:
            return False
        values = chain.from_iterable(self.replaced)
        return all(map(NUMBER.fullmatch, values))

    def has_stated_words(self) -> bool:
        """Tell whether only words differ, and the task wants each of the new ones."""
        if not self.replaced:
            return False
        return all(starmap(self._is_stated_word, self.replaced))

    def _is_stated_word(
        self,
        old: str,
        new: str,
    ) -> bool:
        if not are_names(old, new):
            return False
        return self.product.is_asked_to_change(new)


def is_explained(
    old: str,
    new: str,
    product: Product,
) -> bool:
    """Tell whether only names that are gone or moved, arguments, and values that the task states differ."""
    followed = product.follow_paths(old)
    return _pair_lines(followed, new, product).is_explained()


def is_stated_data(
    old: str,
    new: str,
    product: Product,
) -> bool:
    """Tell whether data differ in words that the task wants, or in values that it states, old and new."""
    pair = _pair_lines(old, new, product)
    return pair.has_stated_words() or pair.has_stated_values_for_values()


def has_other_numbers(
    old: str,
    new: str,
    product: Product,
) -> bool:
    """Tell whether two lines differ in numbers alone."""
    return _pair_lines(old, new, product).has_other_numbers()


def _pair_lines(
    old: str,
    new: str,
    product: Product,
) -> _LinePair:
    was = TOKEN.findall(old)
    now = TOKEN.findall(new)
    return _LinePair(was, now, product)


def _has_in_order(tokens: list[str], some: list[str]) -> bool:
    """Tell whether tokens have all of ``some`` in the same order; far cheaper than where they differ."""
    rest = iter(tokens)
    return all(token in rest for token in some)


def _count_names(tokens: list[str]) -> Counter[str]:
    names = filter(NAME.match, tokens)
    return Counter(name for name in names if name not in _GLUE)


def _member_after(tokens: list[str], index: int) -> str:
    rest = tokens[index + 1 : index + 4]
    members = list(filter(NAME.match, rest))
    if members and rest[0] in (".", ":"):
        return members[0]
    return ""


def _without_arguments(
    tokens: list[str],
    name: str,
) -> list[str]:
    """Leave out what stands in the brackets after ``name``."""
    kept: list[str] = []
    depth = 0
    for index, token in enumerate(tokens):
        if depth:
            depth += (token in "([{") - (token in ")]}")
            continue
        kept.append(token)
        if token == "(" and index and tokens[index - 1] == name:
            depth = 1
    return kept

"""Texts that the product says no more and that the task quotes, and those that it wants in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tierwise.gates.following.hunks import (
    Hunk,
    is_about_others,
)
from tierwise.gates.following.product import Product
from tierwise.gates.following.strength import (
    asserts,
    count_assertions,
    defines_any,
    is_safe,
    keep_from_failing,
)
from tierwise.gates.reading.tokens import (
    bare_value,
    literals_of,
    split_tokens,
)

_SEVERAL_WORDS = re.compile(r"[^\W\d_]+\W+[^\W\d_]+\W+[^\W\d_]")
_PANICS = re.compile(r"\s*#\[should_panic\(expected = (\"[^\"\n]+\")\)\]\s*")
_CALL = re.compile(r"(\w+)\([^()\n]*\)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_PLACE = re.compile(r"\$?\{[^{}]*\}|%\w")


@dataclass(frozen=True)
class OtherTexts:
    """A file of tests, as far as it expects such texts.  ``before`` and ``after``: its lines."""

    product: Product
    before: list[str]
    after: list[str]

    @cached_property
    def are_stated(self) -> bool:
        """Whether an old text stood in the tests, and a text comes into them that the task quotes."""
        if not self._has_renounced("".join(self.before)):
            return False
        came = set(split_tokens(self.after)).difference(split_tokens(self.before))
        texts = map(bare_value, literals_of(came))
        return any(map(self.product.wording.quotes, texts))

    def concern(self, hunk: Hunk) -> bool:
        """Tell whether lines expect an old text."""
        return self.are_stated and self._has_renounced("".join(hunk.was))

    def explain(self, hunk: Hunk) -> bool:
        """Tell whether lines expect an old text, and all other values of theirs still stand in the tests."""
        if not self.concern(hunk) or not is_safe(hunk, self.product):
            return False
        values = literals_of(split_tokens(hunk.was))
        lost = set(values).difference(split_tokens(self.after))
        return all(self._has_renounced(value) for value in lost if _says_something(value))

    def give_example(self, hunk: Hunk) -> bool:
        """Tell whether lines alone expect a quoted text, of the same input, and keep nothing from failing."""
        came = set(split_tokens(hunk.now)).difference(split_tokens(hunk.was))
        texts = filter(
            _SEVERAL_WORDS.search,
            map(bare_value, literals_of(came)),
        )
        quoted = list(filter(self.product.wording.quotes, texts))
        if (
            self.concern(hunk)
            or not quoted
            or not all(self._is_alone(hunk, text) for text in quoted)
        ):
            return False
        if is_about_others(hunk, self.product) or not self._keeps_input(hunk, quoted):
            return False
        if keep_from_failing(hunk.now) or defines_any("".join(hunk.now), self.product.functions):
            return False
        return 0 < count_assertions(hunk.was) == count_assertions(hunk.now)

    def _is_alone(
        self,
        hunk: Hunk,
        text: str,
    ) -> bool:
        """Tell whether a text comes into the tests with these lines only."""
        came = "".join(self.after).count(text) - "".join(self.before).count(text)
        return came == "".join(hunk.now).count(text) - "".join(hunk.was).count(text)

    def _keeps_input(
        self,
        hunk: Hunk,
        texts: list[str],
    ) -> bool:
        """Tell whether new lines keep an old call of the product, or what the texts name of it."""
        found = _CALL.finditer("".join(hunk.was))
        calls = [call[0] for call in found if call[1] in self.product.functions]
        new = "".join(hunk.now)
        if not calls or any(call in new for call in calls):
            return True
        named = _list_words(calls).intersection(_list_words(texts))
        for text in texts:
            new = new.replace(text, "")
        return bool(named) and named <= _list_words([new])

    def are_panics(self, lines: list[str]) -> bool:
        """Tell whether lines only say which text a Rust test panics with, and a new assertion expects it."""
        panics = list(map(_PANICS.fullmatch, lines))
        asserted = "".join(line for line in self.after if line not in self.before and asserts(line))
        return all(match is not None and match[1] in asserted for match in panics)

    def _has_renounced(self, text: str) -> bool:
        return any(old in text for old in self.product.renounced)


def _list_words(texts: list[str]) -> set[str]:
    return set(_WORD.findall(" ".join(texts)))


def _says_something(value: str) -> bool:
    """Tell whether a written value is more than the places for others."""
    return re.search(r"\w", _PLACE.sub("", value)) is not None

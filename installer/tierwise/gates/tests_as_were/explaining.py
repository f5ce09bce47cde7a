"""Whether one line of a test is another only because of what the change, or the task, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain

from tierwise.gates.naming import mentions
from tierwise.gates.tests_as_were.product import Product

TOKEN = re.compile(
    r"\"(?!\$\()(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[A-Za-z_$][\w$]*|\d+(?:\.\d+)?|\S"
)
_LITERAL = re.compile(r"[\"'`]|\d")
_NAME = re.compile(r"[A-Za-z_$]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"\d+(\.\d+)?")
# Words that come and go with a function that becomes asynchronous, a value that becomes optional and the like.
_LEAST_ARGUMENT = 3  # a name, a sign and a value
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


def list_code_names(lines: Iterable[str]) -> set[str]:
    """The names of code in lines, those inside of texts left out."""
    tokens = chain.from_iterable(map(TOKEN.findall, lines))
    return set(filter(_NAME.match, tokens))


@dataclass(frozen=True)
class _LinePair:
    """A line of a test before and after, in tokens, and what the change does to the product."""

    was: list[str]
    now: list[str]
    product: Product

    @cached_property
    def replaced(self) -> list[tuple[str, str]] | None:
        """Tokens that differ, one for one; None where the lines are not equally long."""
        if len(self.was) != len(self.now):
            return None
        pairs = zip(self.was, self.now, strict=True)
        return [(old, new) for old, new in pairs if old != new]

    @cached_property
    def inserted(self) -> list[list[str]]:
        """What comes in, place by place; empty where something goes too."""
        if not _has_in_order(self.now, self.was):
            return []
        matcher = SequenceMatcher(None, self.was, self.now, False)
        edits = [edit for edit in matcher.get_opcodes() if edit[0] != "equal"]
        if any(kind != "insert" for kind, *_ in edits):
            return []
        return [self.now[start:end] for *_, start, end in edits]

    @property
    def has_same_values(self) -> bool:
        """Whether both lines hold the same values."""
        return literals_of(self.was) == literals_of(self.now)

    def is_explained(self) -> bool:
        """Whether nothing differs but what the change or the task explains."""
        if self.was == self.now:
            return True
        if self._has_named_values() or self._has_named_argument():
            return True
        if self.has_same_values:
            return self._has_other_names() or self._is_other_call() or self._is_other_form()
        return self._is_call_with_more() or self._has_stated_values() or self._adds_what_is_stated()

    def _has_other_names(self) -> bool:
        """Only names differ, one for one, and each old one is gone from the product or has moved."""
        if self.replaced is None:
            return False
        for index, old in enumerate(self.was):
            new = self.now[index]
            if old != new and not self._is_other_name(index, old, new):
                return False
        return True

    def _is_other_name(self, index: int, old: str, new: str) -> bool:
        if not _NAME.match(old) or not _NAME.match(new):
            return False
        product = self.product
        if product.is_gone(old) and new in product.after.places:
            return True
        if product.is_renamed_word(old, new):
            return True
        if new in product.list_renames(old):
            return True
        member = _member_after(self.was, index)
        return bool(member) and product.has_moved(old, member, new)

    def _list_other_calls(self) -> list[str]:
        """Functions with other parameters, outside of whose arguments nothing differs."""
        names = {token for token in self.was if self.product.has_new_signature(token)}
        return [name for name in names if self._is_same_outside(name)]

    def _is_same_outside(self, name: str) -> bool:
        return _without_arguments(self.was, name) == _without_arguments(self.now, name)

    def _is_other_call(self) -> bool:
        """Only the arguments of a function with other parameters differ, and they are made of the same values."""
        return bool(self._list_other_calls())

    def _is_call_with_more(self) -> bool:
        """A function with other parameters gets the old values and others besides, in the same place."""
        return bool(self._list_other_calls()) and _holds_values(self.was, self.now)

    def _is_other_form(self) -> bool:
        """The same names and values in another order: a function that became a method, or the other way round."""
        product = self.product
        was, now = _count_names(self.was), _count_names(self.now)
        gone = list((was - now).elements())
        new = list((now - was).elements())
        if gone and _READING.issuperset((*gone, *new)):
            return True
        if not gone and not new:
            return any(map(product.has_new_signature, was))
        return len(gone) == len(new) and self._are_other_names(gone, new)

    def _are_other_names(self, gone: list[str], new: list[str]) -> bool:
        """Whether names went with the change, and those that came came with it."""
        product = self.product
        if not any(map(product.is_new, new)):
            return False
        if any(product.is_gone(name) and not product.is_new(name) for name in new):
            return False
        return all(product.is_gone(name) or product.list_renames(name) for name in gone)

    def _has_stated_values(self) -> bool:
        """Only values differ, of a function that the task wants to behave otherwise, and the task states the new ones."""
        if self.replaced is None or self.product.asked.isdisjoint(self.was):
            return False
        return all(self._is_stated_value(old, new) for old, new in self.replaced)

    def _is_stated_value(self, old: str, new: str) -> bool:
        if not _LITERAL.match(old) or not _LITERAL.match(new):
            return False
        return _is_stated(old, new, self.product.task)

    def _adds_what_is_stated(self) -> bool:
        """Something is added, nothing taken away, and what is added is what the task states."""
        added = list(chain.from_iterable(self.inserted))
        return _are_stated(added, self.product)

    def _has_named_values(self) -> bool:
        """Values became names that are new in the product, each of which the task speaks of."""
        product = self.product
        if product.new_words.isdisjoint(self.now):
            return False
        was, now = Counter(self.was), Counter(self.now)
        came, went = now - was, was - now
        names = set(filter(_NAME.match, came)) - _GLUE
        lost = set(filter(_NAME.match, went)) - _GLUE
        # A key that was a name may be a text now.
        keys = {value.strip("\"'`") for value in literals_of(came)}
        if not went or not names or not names <= product.new_words or not keys <= lost:
            return False
        return all(
            mentions(product.task, name) for name in names | lost - keys - product.gone_words
        )

    def _has_named_argument(self) -> bool:
        """Nothing goes, and a value comes under a name that is new in the product and that the task speaks of."""
        if len(self.inserted) != 1:
            return False
        added = [token for token in self.inserted[0] if token not in ",."]
        if len(added) < _LEAST_ARGUMENT or "(" in added:
            return False
        bare = {token.strip("\"'") for token in added}
        new = bare & self.product.new_words
        return any(mentions(self.product.task, name) for name in new)

    def has_stated_values_for_values(self) -> bool:
        """Whether only values differ, and the task states each of them, the old and the new."""
        if not self.replaced:
            return False
        values = chain.from_iterable(self.replaced)
        return all(mentions(self.product.task, value) for value in values)

    def has_other_numbers(self) -> bool:
        """Whether only numbers differ."""
        if not self.replaced:
            return False
        return all(map(_NUMBER.fullmatch, chain.from_iterable(self.replaced)))

    def has_stated_words(self) -> bool:
        """Whether only words differ, and the task wants each of the new ones."""
        if not self.replaced:
            return False
        return all(self._is_stated_word(old, new) for old, new in self.replaced)

    def _is_stated_word(self, old: str, new: str) -> bool:
        if not _NAME.match(old) or not _NAME.match(new):
            return False
        return self.product.is_asked_to_change(new)


def is_explained(old: str, new: str, product: Product) -> bool:
    """Whether nothing differs but names that are gone or moved, arguments, and values that the task states."""
    followed = product.follow_paths(old)
    return _pair_lines(followed, new, product).is_explained()


def is_stated_data(old: str, new: str, product: Product) -> bool:
    """Whether two lines of data differ in words that the task wants, or in values that it states, old and new."""
    pair = _pair_lines(old, new, product)
    return pair.has_stated_words() or pair.has_stated_values_for_values()


def has_other_numbers(old: str, new: str, product: Product) -> bool:
    """Whether two lines differ in numbers alone."""
    return _pair_lines(old, new, product).has_other_numbers()


def _pair_lines(old: str, new: str, product: Product) -> _LinePair:
    was = TOKEN.findall(old)
    now = TOKEN.findall(new)
    return _LinePair(was, now, product)


def is_stated_line(line: str, product: Product) -> bool:
    """Whether a new line of data holds what the task states, and nothing else that counts."""
    return _are_stated(TOKEN.findall(line), product)


def _are_stated(tokens: list[str], product: Product) -> bool:
    words = list(chain.from_iterable(map(_LETTERS.findall, tokens)))
    numbers = set(filter(_NUMBER.fullmatch, tokens)) - {"0"}
    return bool(words) and all(mentions(product.task, said) for said in (*words, *numbers))


def _is_stated(was: str, now: str, task: str) -> bool:
    """Whether the task has what the new value has and the old one had not."""
    bare = now.strip("\"'`")
    if len(bare) > 1 and mentions(task, bare):
        return True
    old_words = set(re.findall(r"\w+", was))
    matcher = SequenceMatcher(None, was, now, False)
    inserted = [
        (start, end)
        for kind, _, _, start, end in matcher.get_opcodes()
        if kind in ("insert", "replace")
    ]
    return bool(inserted) and all(
        _is_stated_piece(now, start, end, old_words, task) for start, end in inserted
    )


def _is_stated_piece(now: str, start: int, end: int, old_words: set[str], task: str) -> bool:
    """Whether the task states what is new between two places of a value: its words, or its signs by their names."""
    piece = now[start:end]
    if not re.search(r"\w", piece):
        return all(names_sign(task, sign) for sign in set(piece))
    for match in re.finditer(r"\w+", now):
        is_inside = match.start() < end and match.end() > start
        is_new = is_inside and match[0] not in old_words
        if is_new and not mentions(task, match[0]):
            return False
    return True


def names_sign(task: str, sign: str) -> bool:
    """Whether the task has a sign, or its name; a blank is in every task."""
    if sign != " " and sign in task:
        return True
    words = _SIGNS.get(sign, "")
    return bool(words) and re.search(rf"\b({words})s?\b", task, re.I) is not None


# What a person calls a sign.
_SIGNS = {
    " ": "blank|space",
    ",": "comma",
    ".": "dot|period|full stop",
    "-": "dash|hyphen",
    "_": "underscore",
    "/": "slash",
    ":": "colon",
    ";": "semicolon",
    "%": "percent",
    "$": "dollar",
}


def is_about_asked(old: list[str], new: list[str], block: list[str], product: Product) -> bool:
    """Whether lines are about what the task wants otherwise: by their own names, else by those of their block."""
    known = product.functions
    kept = set(old) & set(new)
    told = [list_code_names([line]) & known for line in (*old, *new) if line not in kept]
    own = [names for names in told if names]
    if own:
        return all(not names.isdisjoint(product.asked) for names in own)
    return not (list_code_names(block) & known).isdisjoint(product.asked)


def is_about_others(old: list[str], new: list[str], block: list[str], product: Product) -> bool:
    """Whether the task names functions, and lines are about none of these."""
    asked = product.asked & product.functions
    named = list_code_names([*old, *new, *block]) & product.functions
    return bool(asked and named) and named.isdisjoint(asked)


def loses_values(old: list[str], new: list[str]) -> bool:
    """Whether lines hold fewer values than those that stood there."""
    was = literals_of(TOKEN.findall("".join(old)))
    now = literals_of(TOKEN.findall("".join(new)))
    return len(now) < len(was)


def keeps_values(old: list[str], new: list[str]) -> bool:
    """Whether every value of the old lines still stands in the new ones."""
    was = TOKEN.findall("".join(old))
    now = TOKEN.findall("".join(new))
    return _holds_values(was, now)


def _holds_values(was: list[str], now: list[str]) -> bool:
    """Whether the new tokens have all values of the old ones."""
    return Counter(literals_of(was)) <= Counter(literals_of(now))


def literals_of(tokens: Iterable[str]) -> list[str]:
    """The values among tokens, sorted."""
    return sorted(filter(_LITERAL.match, tokens))


def _has_in_order(tokens: list[str], some: list[str]) -> bool:
    """Whether all of ``some`` stand among tokens in the same order; far cheaper than where they differ."""
    rest = iter(tokens)
    return all(token in rest for token in some)


def _count_names(tokens: list[str]) -> Counter[str]:
    names = filter(_NAME.match, tokens)
    return Counter(name for name in names if name not in _GLUE)


def _member_after(tokens: list[str], index: int) -> str:
    rest = tokens[index + 1 : index + 4]
    members = list(filter(_NAME.match, rest))
    if not members or rest[0] not in (".", ":"):
        return ""
    return members[0]


def _without_arguments(tokens: list[str], name: str) -> list[str]:
    """Tokens without what stands in the brackets after ``name``."""
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

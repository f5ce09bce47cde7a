"""The values in some lines of a test, each made another that is near it: in the ways in which it is not known by heart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tierwise.gates.probes.assertions import SHELL_FILES, TEXT
from tierwise.gates.probes.edits import Edit
from tierwise.gates.probes.expectations import MOST_DIGITS
from tierwise.gates.probes.inputs import ROW, other_letter
from tierwise.gates.reading.naming import mentions

_VALUE = re.compile(rf"{TEXT}|(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
# Of these only words with a number in them are values; the others may be commands.
_SHELL_WORD = re.compile(r"(?<![\w$-])[\w.:/+-]+")
_LONG_WORD = re.compile(r"(?<!\\)\b[^\W\d_]{4,}")
# What tests and their parameters are called.
_NAMES = re.compile(
    rf"\b(?:test|it|describe|context|subtest|suite|Run)\b[\w.]*\s*\(?\s*(?:{TEXT}|`[^`]*`)"
    rf"|parametrize\(\s*(?:\([^)]*\)|\[[^\]]*\]|{TEXT})"
)
_STEPS = {1: 1, 2: 7}  # way -> how far a number moves
WAYS = tuple(_STEPS)


@dataclass(frozen=True)
class NearInputs:
    """Values near those of a test.  ``known``: values that tests and new code hold; ``task``: what was asked.

    ``only``: those that move; all of them, where it is empty.
    """

    known: frozenset[str]
    task: str
    way: int
    only: frozenset[str] = frozenset()

    def change_lines(
        self, path: str, text: str, spans: Iterable[tuple[int, int]]
    ) -> Iterator[Edit]:
        """Yield edits that make the values between some places, and in the file's tables, others."""
        names = map(re.Match.span, _NAMES.finditer(text))
        seen = _list_places(names)
        for start, end in (*spans, *_list_rows(text)):
            for match in _find_values(path, text, start, end):
                word = match[0]
                new = self.change_value(word)
                if new != word and match.start() not in seen:
                    seen.add(match.start())
                    yield Edit(match.start(), match.end(), new)

    def list_in_tables(self, text: str) -> set[int]:
        """List the places of a test's file that are in tables, wherever these stand."""
        return _list_places(_list_rows(text))

    def change_value(self, word: str) -> str:
        """Spell a value near another.  What the task states becomes another that it states, or stays."""
        bare = word.strip("\"'")
        if self.only and bare not in self.only:
            return word
        if len(bare) > 1 and bare.isdecimal() and mentions(self.task, bare):
            return word.replace(bare, self._choose_stated(bare))
        if re.fullmatch(r"\d+\.\d+", word):
            return self._move_fraction(word)
        if word.isdecimal() and not word.startswith("0"):
            return self._move_number(word)
        return self._change_text(word)

    @cached_property
    def _stated(self) -> list[str]:
        """Numbers of some length that the task states and neither tests nor new code hold."""
        numbers = dict.fromkeys(re.findall(r"(?<![\w.])\d{2,}(?![\w.])", self.task))
        return [number for number in numbers if number not in self.known]

    def _choose_stated(self, word: str) -> str:
        alike = [number for number in self._stated if len(number) == len(word)]
        if not alike:
            return word
        return alike[(int(word[-1]) + self.way) % len(alike)]

    def _move_number(self, word: str) -> str:
        if len(word) > MOST_DIGITS:
            return f"{word}{self.way}"
        number = int(word)
        moved = number + _STEPS[self.way]
        if self.way == WAYS[-1]:
            moved = number * 2 + 1
        while str(moved) in self.known:
            moved += 1
        return str(moved)

    def _move_fraction(self, word: str) -> str:
        whole, _, rest = word.partition(".")
        if len(whole) > MOST_DIGITS:
            return f"{word}{self.way}"
        moved = int(whole) + _STEPS[self.way]
        while f"{moved}.{rest}" in self.known:
            moved += 1
        return f"{moved}.{rest}"

    def _change_text(self, word: str) -> str:
        """Change the numbers in a text; in the second way long words too: the last one grows by a letter."""
        changed = re.sub(
            r"\d+",
            lambda match: self._move_digits(match[0]),
            word,
        )
        if self.way == 1:
            return changed
        other = _LONG_WORD.sub(
            lambda match: self._change_word(match[0]),
            changed,
        )
        own = [match for match in _LONG_WORD.finditer(changed) if not mentions(self.task, match[0])]
        if not own:
            return other
        end = own[-1].end()
        last_letter = other[end - 1]
        return f"{other[:end]}{last_letter}{other[end:]}"

    def _move_digits(self, digits: str) -> str:
        """Spell a number near, that has as many digits."""
        last = (int(digits[-1]) + _STEPS[self.way]) % 10
        for step in range(10):
            moved = f"{digits[:-1]}{(last + step) % 10 or 4}"
            if moved not in self.known:
                return moved
        return f"{digits[:-1]}{last or 4}"

    def _change_word(self, word: str) -> str:
        """Spell a word that nobody knows, as long and of the same kind of letters; a stated one stays."""
        if mentions(self.task, word):
            return word
        return word[:-1] + other_letter(word[-1])


def _find_values(
    path: str,
    text: str,
    start: int,
    end: int,
) -> Iterator[re.Match[str]]:
    if not path.endswith(SHELL_FILES):
        yield from _VALUE.finditer(text, start, end)
        return
    for match in _SHELL_WORD.finditer(text, start, end):
        if re.search(r"\d", match[0]):
            yield match


def _list_places(spans: Iterable[tuple[int, int]]) -> set[int]:
    return {place for span in spans for place in range(*span)}


def _list_rows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the rows of tables stand: lists of written values that are no arguments."""
    for match in ROW.finditer(text):
        start = match.start()
        before = text[max(0, start - 1) : start]
        if not re.match(r"[\w!]", before):
            yield match.span()

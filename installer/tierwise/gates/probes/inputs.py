"""The inputs that tests give to the product, a little changed: what is known by heart is not known of these."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Sequence,
)

from tierwise.gates.probes.assertions import SHELL_FILES, TEXT
from tierwise.gates.probes.edits import (
    Edit,
    Span,
    replace_parts,
)
from tierwise.gates.probes.expectations import MOST_DIGITS
from tierwise.gates.reading.brackets import closing

_VALUE = re.compile(rf"{TEXT}|(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
_LINE_TEXT = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
# A list of written values: a row of a table, an array.
_ENTRY = rf"(?:\w+\s*[:=]\s*)?(?:{_LINE_TEXT}|-?\d[\d.]*)"
ROW = re.compile(rf"[(\[{{]\s*{_ENTRY}(?:\s*,\s*{_ENTRY})+\s*,?\s*[)\]}}]")
_PAIR = re.compile(rf"({_LINE_TEXT})\s*=>\s*(?:{_LINE_TEXT}|-?\d)")
_SHELL_WORDS = r"(?<![\w-]){0}((?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|[\w.:/-]+))+)"
_CALL = r"(?<!\w){0}!?\s*\("
_TRIVIAL = frozenset(("0", "1", "2"))  # counts, limits and places rather than what is worked on
_LEAST_WORD = 4  # letters from which on a word is no code for something
_LARGE = 1000
VARIANTS = (1, 2)


def _never(_: str) -> bool:
    return False


def change_inputs(
    path: str,
    text: str,
    functions: Collection[str],
    variant: int,
    is_kept: Callable[[str], bool] = _never,
) -> str:
    """Change a test's inputs for ``functions``: numbers first, in the second variant words besides.

    ``is_kept``: whether a word stays, as others would mean nothing to any code.
    """
    edits: list[Edit] = []
    for start, end in _merge(sorted(_list_spans(path, text, functions))):
        edits += _change_span(
            text,
            start,
            end,
            variant,
            is_kept,
        )
    return replace_parts(text, edits)


def answers_follow(
    expected: Sequence[str],
    given: Sequence[str],
) -> bool:
    """Tell whether an answer is made of the words that are given, so that other words need another answer."""
    answer = _fold(" ".join(expected))
    words = re.findall(
        rf"[a-z]{{{_LEAST_WORD},}}",
        _fold(" ".join(given)),
    )
    return any(word in answer for word in words)


def _list_spans(
    path: str,
    text: str,
    functions: Collection[str],
) -> Iterator[Span]:
    """Yield where inputs stand: in calls, in the rows of tables, before the arrows of pairs."""
    for name in functions:
        yield from _list_given(path, text, name)
    for row in ROW.finditer(text):
        before = text[: row.start()].rstrip()
        if not before.endswith("parametrize("):  # what the values are called
            yield from _list_in_row(row)
    for pair in _PAIR.finditer(text):
        yield pair.span(1)


def _list_given(
    path: str,
    text: str,
    function: str,
) -> Iterator[Span]:
    """Yield where stands what a function is given."""
    name = re.escape(function)
    if path.endswith(SHELL_FILES):
        for call in re.finditer(_SHELL_WORDS.format(name), text):
            yield call.span(1)
        return
    for call in re.finditer(_CALL.format(name), text):
        end = closing(text, call.end(), "(", ")")
        yield call.end(), end - 1


def _list_in_row(row: re.Match[str]) -> Iterator[Span]:
    """Yield the inputs of a row: all of it where it has numbers alone, else its first value."""
    values = list(_VALUE.finditer(row[0]))
    if not values:
        return
    if all(value[0].isdigit() for value in values):
        yield row.span()
        return
    start, end = values[0].span()
    yield row.start() + start, row.start() + end


def _merge(spans: list[Span]) -> Iterator[Span]:
    last = 0
    for start, end in spans:
        if end > last:
            yield max(start, last), end
            last = end


def _change_span(
    text: str, start: int, end: int, variant: int, is_kept: Callable[[str], bool]
) -> Iterator[Edit]:
    for match in _VALUE.finditer(text, start, end):
        word = match[0]
        if word in _TRIVIAL:
            continue
        if word[0].isdigit():
            new = _change_number(word, variant)
        else:
            new = _change_words(word, variant, is_kept)
        if new != word:
            yield Edit(match.start(), match.end(), new)


def _change_number(word: str, variant: int) -> str:
    """Spell a number near; in the second variant a third more, if it is large: small steps may not count."""
    if len(word) > MOST_DIGITS:
        return f"{word}{variant}"
    if "." in word:
        return str(float(word) + variant)
    number = int(word)
    if variant > 1 and number >= _LARGE:
        return str(number + number // 3)
    return str(number + variant)


def _change_words(
    word: str,
    variant: int,
    is_kept: Callable[[str], bool],
) -> str:
    """Change the numbers in a text; in the second variant the last letter of each long word too."""

    def change_word(match: re.Match[str]) -> str:
        said = match[0]
        if is_kept(said):
            return said
        return said[:-1] + other_letter(said[-1])

    changed = re.sub(
        r"\d+",
        lambda match: _next_number(match[0], variant),
        word,
    )
    if variant == 1:
        return changed
    pattern = rf"(?<!\\)\b[^\W\d_]{{{_LEAST_WORD},}}"
    return re.sub(pattern, change_word, changed)


def _next_number(digits: str, variant: int) -> str:
    """Spell a number near, that has as many digits."""
    last = (int(digits[-1]) + variant) % 10
    return f"{digits[:-1]}{last or 3}"


def other_letter(letter: str) -> str:
    """Choose another letter, as large."""
    other = "k"
    if letter.lower() == other:
        other = "m"
    if letter.isupper():
        return other.upper()
    return other


def _fold(text: str) -> str:
    bare = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()

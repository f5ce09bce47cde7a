"""The values that assertions give to the product, one by one: each of them moved a little while the others stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tierwise.gates.probes.assertions import TEXT
from tierwise.gates.probes.edits import Edit, Span
from tierwise.gates.probes.inputs import other_letter
from tierwise.gates.probes.noting import NotedAssertion

STEPS = (1, -1)
_VALUE = re.compile(rf"{TEXT}|`[^`]*`|(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
_DIGITS = re.compile(r"\d{1,9}")
_LAST_LETTER = re.compile(r"[^\W\d_](?=[\W\d_]*$)")
_NAME = re.compile(r"[A-Za-z_]\w*")
# What stands behind a name that is called, a key, or the place of another name.
_NO_VARIABLE = re.compile(r"\s*(?:!?\(|::|->|=>|[:{]|=(?!=))")
_MEMBER = re.compile(r"(?:\.|::|->)\s*$")
_KEYWORDS = frozenset(
    (
        "new",
        "await",
        "not",
        "true",
        "false",
        "True",
        "False",
        "None",
        "null",
        "undef",
        "list",
    )
)


@dataclass(frozen=True)
class Piece:
    """A part of a value that can be moved by itself: a number, else the last letter of a text.

    ``value``: which of the values that stand together it is of, counted from zero.
    """

    value: int
    start: int
    end: int

    def move(
        self,
        text: str,
        step: int,
    ) -> Edit:
        """Make it what is next to it, and no shorter."""
        was = text[self.start : self.end]
        if not was.isdecimal():
            return Edit(self.start, self.end, other_letter(was))
        moved = max(0, int(was) + step)
        return Edit(
            self.start,
            self.end,
            str(moved).zfill(len(was)),
        )


@dataclass(frozen=True)
class Moved:
    """Which value was moved, and of how many."""

    value: int
    count: int


@dataclass
class SingleMoves:
    """One piece of what each of some assertions gives to the product, moved by a step.

    ``places``: the assertions; ``index``: which of their pieces; ``moved``: what was moved, by assertion and by which
    of the things that it compares.
    """

    places: frozenset[str]
    index: int
    step: int
    moved: dict[tuple[str, int], Moved] = field(default_factory=dict)

    def change_inputs(
        self,
        path: str,
        text: str,
        notes: Sequence[NotedAssertion],
    ) -> list[Edit]:
        """Change the inputs of a test's file."""
        edits = []
        for note in notes:
            if note.place not in self.places:
                continue
            for part, span in enumerate(note.parts):
                pieces = list_pieces(text, span)
                if self.index >= len(pieces):
                    continue
                piece = pieces[self.index]
                count = len({other.value for other in pieces})
                self.moved[note.place, part] = Moved(
                    piece.value,
                    count,
                )
                edits.append(piece.move(text, self.step))
        return edits


def list_pieces(text: str, span: Span) -> list[Piece]:
    """List the pieces of all values between two places; none where a variable brings in others."""
    start, end = span
    values = list(_VALUE.finditer(text, start, end))
    bare = _VALUE.sub(" 0 ", text[start:end])
    if any(_is_variable(bare, name) for name in _NAME.finditer(bare)):
        return []
    return [piece for number, value in enumerate(values) for piece in _split(number, value)]


def _is_variable(said: str, name: re.Match[str]) -> bool:
    """Tell whether a name stands for a value that is set elsewhere."""
    if name[0] in _KEYWORDS or _MEMBER.search(said[: name.start()]):
        return False
    return _NO_VARIABLE.match(said, name.end()) is None


def _split(
    number: int,
    value: re.Match[str],
) -> Iterator[Piece]:
    parts = list(_DIGITS.finditer(value[0])) or list(_LAST_LETTER.finditer(value[0]))
    for part in parts:
        yield Piece(
            number,
            value.start() + part.start(),
            value.start() + part.end(),
        )

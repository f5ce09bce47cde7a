"""The values of an assertion, one by one."""

from __future__ import annotations

import pytest

from tierwise.gates.probes.edits import replace_parts
from tierwise.gates.probes.noting import list_notes
from tierwise.gates.probes.single_values import SingleMoves, list_pieces


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("arrival('23:50', 35)", ["23", "50", "35"]),
        ("label({ name: 'Ida' }, [7])", ["a", "7"]),
        ("Seedbank::Packet->parse('Leek')", ["k"]),
        ("f(x=1, y='')", ["1"]),
        # other inputs come from elsewhere
        ("arrival(departure, 35)", []),
        ("f(NAMES)", []),
        ("store.total('Leek')", []),
        ("f($line, 2)", []),
    ],
)
def test_the_pieces_of_what_is_given(said: str, pieces: list[str]) -> None:
    found = list_pieces(said, (0, len(said)))
    assert [said[piece.start : piece.end] for piece in found] == pieces


@pytest.mark.parametrize(
    ("index", "step", "changed", "value"),
    [
        (0, 1, "assert f('24:05', 9) == 3\n", 0),
        (1, -1, "assert f('23:04', 9) == 3\n", 0),
        (2, 1, "assert f('23:05', 10) == 4\n", 1),
    ],
)
def test_one_piece_moves_by_a_step(index: int, step: int, changed: str, value: int) -> None:
    text = "assert f('23:05', 9) == 3\n"
    (note,) = list_notes("tests/test_f.py", text, "")
    moves = SingleMoves(frozenset({note.place}), index, step)
    edits = moves.change_inputs("tests/test_f.py", text, [note])
    left = changed.partition(" == ")[0]
    assert replace_parts(text, edits).startswith(left)
    assert moves.moved[note.place, 0].value == value
    assert moves.moved[note.place, 0].count == 2

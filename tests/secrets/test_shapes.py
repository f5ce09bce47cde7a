"""The data file of known tokens holds together."""

from __future__ import annotations

import pytest

from tierwise.secrets.shapes import load_shapes


def test_every_shape_can_be_told_from_any_word() -> None:
    for shape in load_shapes().shapes:
        assert len(shape.prefix) >= 2, shape
        assert 0 < shape.least <= shape.most, shape
        assert shape.alphabet, shape


def test_every_mark_has_a_length_on_both_sides() -> None:
    for mark in load_shapes().marks:
        assert mark.before_length > 0, mark
        assert 0 < mark.least <= mark.most, mark


def test_no_shape_stands_there_twice() -> None:
    shapes = [(shape.prefix, shape.least, shape.alphabet) for shape in load_shapes().shapes]
    assert len(shapes) == len(set(shapes))


@pytest.mark.parametrize("word", ["example", "xxxx", "your"])
def test_the_usual_placeholders_are_known(word: str) -> None:
    assert any(known in word.encode() for known in load_shapes().placeholders)

"""What is worked out once for each text is the same the second time, and does not fill the memory."""

from __future__ import annotations

import pytest

from tierwise import memo
from tierwise.memo import Memo


def test_a_text_is_worked_out_once() -> None:
    seen: list[str] = []

    def measure(text: str) -> int:
        seen.append(text)
        return len(text)

    lengths = Memo(measure)
    assert list(map(lengths.__getitem__, ["one", "three", "one"])) == [3, 5, 3]
    assert seen == ["one", "three"]


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST", 10)
    lengths = Memo(len)
    for number in range(100):
        assert lengths[str(number)] == len(str(number))
        assert len(lengths) <= memo.MOST


def test_of_long_texts_fewer_are_remembered() -> None:
    lengths = Memo(len, 3)
    assert [lengths["x" * number] for number in range(9)] == [*range(9)]
    assert len(lengths) == 3

"""What is written in code: values, and what words are in them."""

from __future__ import annotations

import pytest

from tierwise.gates.reading.written import list_texts, list_written_words, mask_words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('return f"€{cents // 100} a day"', {"a", "day"}),
        ("return 450", {"450"}),
        ("return cents * 1.5", {"1.5"}),
        ('"""Says 5."""\nreturn rate', set()),
        ("sprintf('%6d hits', $count)", {"hits"}),
    ],
)
def test_words_of_the_values_of_a_definition(body: str, words: set[str]) -> None:
    assert list_written_words(body) == words


def test_texts_without_their_quotes() -> None:
    assert list_texts(["say('a b') + \"c\""]) == {"a b", "c"}


def test_words_that_are_masked_in_a_line() -> None:
    assert mask_words("(?<user>x) user2", {"user"}) == mask_words("(?<who>x) user2", {"who"})

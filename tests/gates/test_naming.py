"""Names of code in a task's text."""

from __future__ import annotations

import pytest

from tierwise.gates.reading.naming import names_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Fix total() in lib/shop.py", {"total", "shop.py", "shop"}),
        ("Rename readFile and shop::total_of", {"readfile", "shop", "total_of"}),
        ("Mend what fails, e.g. the tests", set()),
    ],
)
def test_names_of_code_are_found(text: str, names: set[str]) -> None:
    assert names <= names_in(text)
    assert bool(names) == bool(names_in(text))


def test_a_long_word_names_nothing() -> None:
    assert names_in("a" * 100_000) == set()

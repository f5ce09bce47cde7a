"""Inputs a little changed: which values of a test are given to the product."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.probes.inputs import answers_follow, change_inputs


@pytest.mark.parametrize(
    ("path", "text", "variant", "changed"),
    [
        ("tests/test_a.py", f"f({'9' * 5000})", 1, f"f({'9' * 5000}1)"),
        ("t.py", 'assert f(108, "EUR") == 100', 1, 'assert f(109, "EUR") == 100'),
        ("t.py", 'assert g(108) == f("1h30m")', 1, 'assert g(108) == f("2h31m")'),
        ("t.py", 'CASES = [(43, "a", 5)]', 1, 'CASES = [(44, "a", 5)]'),
        ("t.js", 'equal(f("Crème brûlée"), "x")', 2, 'equal(f("Crèmk brûlék"), "x")'),
        ("t.js", 'equal(f("Crème"), "x")', 1, 'equal(f("Crème"), "x")'),
        ("a.t", "my %c = ('90s' => 90);", 1, "my %c = ('91s' => 90);"),
        ("a.sh", 'same "3M" "$(f 3145728)"', 1, 'same "3M" "$(f 3145729)"'),
        (
            "t.py",
            '@parametrize(("line", "entry"), [("many words", 1)])',
            2,
            '@parametrize(("line", "entry"), [("mank wordk", 1)])',
        ),
        ("a.c", "int v[] = {5, 1, 4};", 1, "int v[] = {6, 1, 5};"),
    ],
)
def test_inputs_change(path: str, text: str, variant: int, changed: str) -> None:
    assert change_inputs(path, text, {"f"}, variant) == changed


def test_words_that_are_kept_stay() -> None:
    text = 'assert f("Wednesday, brunch") == 1'
    changed = 'assert f("Wednesday, brunck") == 1'
    assert change_inputs("t.py", text, {"f"}, 2, lambda word: word == "Wednesday") == changed


def test_an_answer_made_of_the_words_given_has_to_follow_them() -> None:
    assert answers_follow(["creme-brulee"], ["Crème brûlée"])
    assert not answers_follow(["document"], ["report.pdf"])


def test_texts_that_never_end_are_read_in_time_that_grows_with_the_text() -> None:
    with guard_against_hanging():
        change_inputs("tests/test_a.py", '"' * 200_001, ["f"], 1)

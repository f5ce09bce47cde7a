"""An error is its place, its cause and its remedy."""

from __future__ import annotations

import pytest

from tierwise.errors import OUTSIDE, USAGE, OutsideError, TierwiseError

SHOWN = [
    ({}, "it is so"),
    ({"place": "tierwise.yaml:3"}, "tierwise.yaml:3: it is so"),
    ({"remedy": "Change it."}, "it is so\n  Change it."),
    ({"place": "a", "remedy": "Change it."}, "a: it is so\n  Change it."),
]


@pytest.mark.parametrize(("parts", "text"), SHOWN)
def test_the_text_holds_the_parts_that_there_are(parts: dict[str, str], text: str) -> None:
    assert str(TierwiseError("it is so", **parts)) == text


def test_a_failure_outside_has_an_exit_code_of_its_own() -> None:
    assert (TierwiseError("x").exit_code, OutsideError("x").exit_code) == (USAGE, OUTSIDE)


def test_names_in_an_error_fake_no_line_of_it() -> None:
    error = TierwiseError("b\nc", place="a\nb", remedy="Take\n  d.")
    assert str(error) == "a\\u000ab: b\\u000ac\n  Take\\u000a  d."

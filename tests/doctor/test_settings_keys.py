"""Settings files of other tools: what they say, and single keys in them."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.doctor.override_table import ANY
from tierwise.doctor.settings_keys import has_value, read_values


@pytest.mark.parametrize(
    ("content", "language", "values"),
    [
        ('// mine\n{"a": "// no, /* no */", }', "JSON", {"a": "// no, /* no */"}),
        ('/* mine\n */ {"a": [1, 2,]}', "JSON", {"a": [1, 2]}),
        ('{"a": "\\", //"}', "JSON", {"a": '", //'}),
        ("\ufeff{}", "JSON", {}),
        ('[a]\nb = "c" # d\n', "TOML", {"a": {"b": "c"}}),
    ],
)
def test_a_file_says_what_its_tool_reads(
    content: str, language: str, values: dict[str, object]
) -> None:
    assert read_values(content.encode(), language) == values


@pytest.mark.parametrize(
    ("content", "language"), [(b"[]", "JSON"), (b"{", "JSON"), (b"\xff", "JSON"), (b"=", "TOML")]
)
def test_what_is_not_of_the_language_says_nothing(content: bytes, language: str) -> None:
    assert read_values(content, language) is None


def test_a_string_that_is_not_closed_takes_no_long_time() -> None:
    with guard_against_hanging():
        assert read_values(b'{"a": "' + b'\\"' * 200_000, "JSON") is None


VALUES = {"a": {"b": True, "c": None}, "list": [{"n": "x"}, "y", 1]}


@pytest.mark.parametrize(
    ("path", "wanted", "is_there"),
    [
        ("a.b", True, True),
        ("a.b", 1, False),
        ("a.b", ANY, True),
        ("a.c", ANY, True),
        ("a.d", ANY, False),
        ("a.b.c", ANY, False),
        ("list.*.n", "x", True),
        ("list.*", "y", True),
        ("list.*", "x", False),
        ("a.*", ANY, False),
    ],
)
def test_a_key_has_a_value(path: str, wanted: object, is_there: bool) -> None:
    assert has_value(VALUES, path.split("."), wanted) is is_there


def test_a_file_that_is_not_there_has_no_value() -> None:
    assert not has_value(None, ["a"], ANY)

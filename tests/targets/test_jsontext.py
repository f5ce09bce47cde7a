"""Editing JSON in place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.targets import jsontext

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
_objects = st.dictionaries(st.text().filter(lambda key: key != "ours"), _values, max_size=5)
_layouts = st.sampled_from([None, 2, 4, "\t"])


@pytest.mark.slow
@given(value=_values, indent=_layouts, ascii_only=st.booleans())
def test_parsing_gives_what_json_gives(value: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert jsontext.parse(text).value == json.loads(text)


@pytest.mark.slow
@given(value=_objects, indent=_layouts)
def test_what_is_put_in_can_be_taken_out_byte_for_byte(value: dict[str, Any], indent: Any) -> None:
    text = json.dumps(value, indent=indent)
    with_ours = jsontext.set_member(text, [], "ours", {"a": [1]})
    assert json.loads(with_ours) == {**value, "ours": {"a": [1]}}
    taken_out = jsontext.remove(with_ours, ["ours"])
    assert taken_out == text or (not value and json.loads(taken_out) == {})


def test_spelling_of_numbers_escapes_and_duplicate_keys_survives() -> None:
    text = '{"a": 1.0e+400, "a": "\\u0041\\/", "big": 12345678901234567890123}'
    assert jsontext.remove(jsontext.append_item(text, ["list"], 1), ["list"]) == text


def test_crlf_and_tabs_are_kept_in_what_is_added() -> None:
    text = '{\r\n\t"a": 1\r\n}\r\n'
    assert jsontext.append_item(text, ["hooks"], {"x": 1}) == (
        '{\r\n\t"a": 1,\r\n\t"hooks": [\r\n\t\t{\r\n\t\t\t"x": 1\r\n\t\t}\r\n\t]\r\n}\r\n'
    )


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a" 1}', '{"a": 1,}', "[1,]", "{} x", "{'a': 1}", '{"a": 1 "b": 2}', "// c\n{}"],
)
def test_what_is_not_json_is_refused_with_line_and_column(text: str) -> None:
    with pytest.raises(json.JSONDecodeError, match=r"line \d+ column \d+"):
        jsontext.parse(text)


@pytest.mark.slow
@given(st.text(alphabet='{}[]",: \n\\a1', max_size=30))
def test_arbitrary_text_is_parsed_as_json_parses_it_or_refused(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):
            jsontext.parse(text)
    else:
        assert jsontext.parse(text).value == expected


@pytest.mark.parametrize(
    ("text", "path", "left"),
    [
        ('{"a": 1, // one\n "b": 2}', ["b"], '{"a": 1 // one\n }'),
        ('{"a": 1, // one\n "b": 2\n}', ["b"], '{"a": 1 // one\n}'),
        ('{"a": 1, // one\n "b": 2, "c": 3}', ["b"], '{"a": 1, // one\n "c": 3}'),
        ('{"a": 1, // one\n "b": 2}', ["a"], '{ // one\n "b": 2}'),
        ("[1, /* , */ 2]", [1], "[1 /* , */ ]"),
        ("[ /* x */ 1]", [0], "[ /* x */ ]"),
    ],
)
def test_what_is_taken_out_leaves_comments(text: str, path: list[str | int], left: str) -> None:
    assert jsontext.remove(text, path) == left


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n  "a": 1 // one\n}\n', '  "a": 1, // one'),
        ('{\n  "a": 1 // one  \n}\n', '  "a": 1, // one  '),
        ('{\n  "a": 1 /* one */ /* ** */ // two\n}\n', '  "a": 1, /* one */ /* ** */ // two'),
        ('{\n  "a": 1 /* one */  \n}\n', '  "a": 1, /* one */  '),
        ('{\n  "a": 1  \n}\n', '  "a": 1,'),
        ('{\n  "a": 1 /* one\n  more */\n}\n', '  "a": 1,'),
        ('{\n  "a": 1 /* one */}\n', '  "a": 1,'),
        ('{\n  "a": 1\n  // below\n}\n', '  "a": 1,'),
    ],
    ids=["line", "blanks", "several", "block", "none", "two lines", "closed behind", "below"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_behind_the_last_entry_stays_on_its_line(
    text: str, line: str, newline: str
) -> None:
    text = text.replace("\n", newline)
    added = jsontext.set_member(text, [], "b", {"c": [2]})
    assert added.split(newline)[1] == line
    assert jsontext.parse_with_comments(added).value == {"a": 1, "b": {"c": [2]}}
    assert jsontext.remove(added, ["b"]) == text


def test_many_comments_behind_an_entry_are_found_in_one_go() -> None:
    text = '{\n  "a": 1 ' + "/**/" * 20_000 + "x"
    assert jsontext._find_comments_behind(text, text.index("1") + 1) == ""

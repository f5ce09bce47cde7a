"""The hook's own JSON says what the json package says, on every value and on every broken text."""

from __future__ import annotations

import json
import math

import pytest

from tierwise import fastjson

VALUES = [
    None, True, False, 0, -1, 2**70, 1.5, 1e308, "", "a\n\u2028\"\\", "\ud800", "é😀",
    [], {}, [[], {}], {"a": [1, {"b": None}]}, (1, 2),
]  # fmt: skip
BROKEN = ["", "{", "[1,]", "{'a': 1}", "1 2", "nul", '"open', "[" * 100_000, "\x00", '{"a" 1}']


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_is_written_as_the_json_package_writes_it(value: object) -> None:
    text = fastjson.dumps(value)
    assert text == json.dumps(value, separators=(",", ":"))
    assert fastjson.loads(text) == json.loads(text)


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: repr(text[:8]))
def test_what_is_no_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        fastjson.loads(text)


def test_bytes_may_begin_with_a_byte_order_mark_and_blanks() -> None:
    assert fastjson.loads(b"\xef\xbb\xbf \n{}\r\n") == {}


def test_numbers_without_end_survive() -> None:
    written = fastjson.dumps([math.inf, -math.inf, math.nan])
    assert written == "[Infinity,-Infinity,NaN]"
    first, second, third = fastjson.loads(written)  # type: ignore[misc]
    assert (first, second) == (math.inf, -math.inf)
    assert math.isnan(third)


def test_a_type_that_json_has_not_is_named() -> None:
    with pytest.raises(ValueError, match="JSON has no set"):
        fastjson.dumps({"a": {1}})


def test_without_the_c_scanner_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastjson, "_scanner", None)
    assert fastjson.loads(fastjson.dumps({"a": [1, "é"]})) == {"a": [1, "é"]}
    with pytest.raises(ValueError, match="nested too deep"):
        fastjson.loads("[" * 100_000)


@pytest.mark.parametrize("text", [None, b"", b"[1]", b"null", b'{"a"', b"\xff"])
def test_what_holds_no_object_is_read_as_an_empty_one(text: bytes | None) -> None:
    assert fastjson.read_object(text) == {}


def test_an_object_is_read() -> None:
    assert fastjson.read_object(b'{"a": [1]}') == {"a": [1]}

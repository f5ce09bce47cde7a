"""Values of files that anybody may have written."""

from __future__ import annotations

import pytest

from tierwise.loose import as_list, as_mapping, list_mappings, list_texts, value_at


@pytest.mark.parametrize("value", [None, 1, "text", ["a"]])
def test_what_is_no_object_is_an_empty_one(value: object) -> None:
    assert as_mapping(value) == {}


@pytest.mark.parametrize("value", [None, 1, "text", {"a": 1}])
def test_what_is_no_list_holds_nothing(value: object) -> None:
    assert as_list(value) == list_texts(value) == list_mappings(value) == []


def test_a_list_gives_what_is_wanted_of_it() -> None:
    value = ["a", 1, {"b": 2}]
    assert as_list(value) == value
    assert (list_texts(value), list_mappings(value)) == (["a"], [{"b": 2}])


def test_a_value_is_found_below_its_keys() -> None:
    table = {"tool": {"uv": {"x": 0}}}
    assert value_at(table, "tool", "uv") == {"x": 0}
    assert value_at(table, "tool", "uv", "x", "y") is value_at(table, "no", "uv") is None

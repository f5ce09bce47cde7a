"""A table that compiling cannot have written is not there: anybody can commit one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import compiled

from tierwise import fastjson
from tierwise.domain import table


def test_the_sections_are_those_of_a_compiled_table() -> None:
    found = table.load_default()
    sections = {name for name, value in found.items() if isinstance(value, dict)}
    lists = {name for name, value in found.items() if isinstance(value, list)}
    assert set(table._SECTIONS) == sections
    assert set(table._LISTS) == lists


@pytest.mark.parametrize("wrong", [None, 5, "x", [5], {"light": 5}], ids=str)
def test_a_section_of_another_shape_makes_it_no_table(wrong: Any, tmp_path: Path) -> None:
    compiled(tmp_path, "agents: {mine: mid}\n")
    path = tmp_path / ".tierwise" / "table.json"
    whole = table.load(str(tmp_path))
    assert whole is not None
    names = ["tiers", "agents"] if wrong == {"light": 5} else table._SECTIONS
    for name in names:
        path.write_text(fastjson.dumps({**whole, name: wrong}))
        assert table.load(str(tmp_path)) is None, name


def test_what_a_table_of_an_older_version_lacks_is_no_fault(tmp_path: Path) -> None:
    compiled(tmp_path, "agents: {mine: mid}\n")
    path = tmp_path / ".tierwise" / "table.json"
    whole = table.load(str(tmp_path)) or {}
    path.write_text(fastjson.dumps({key: value for key, value in whole.items() if key != "limits"}))
    assert table.load(str(tmp_path)) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"ladder": ["light", "mid", "no-tier"]},
        {"ladder": [["light"]]},
        {"default": "no-tier"},
        {"default": ["mid"]},
        {"routes": {"docs": {"tier": "no-tier"}}},
        {"routes": {"docs": {"effort": "low"}}},
        {"agents": {"mine": {"tier": 5}}},
        {"routes": {"docs": "light"}},
        {"kinds": {"mine": ["a word"]}},
        {"prices": {"haiku": 3}},
        {"session": {"light_turns": None}},
        {"session": {"light_turns": {"kinds": [{"docs": 1}]}}},
        {"session": {"light_turns": {"kinds": 5}}},
        {"session": {"up": "planning"}},
        {"session": {"up": [None]}},
    ],
    ids=str,
)
def test_tiers_and_kinds_that_are_no_names_make_it_no_table(wrong: Any, tmp_path: Path) -> None:
    compiled(tmp_path, "agents: {mine: mid}\n")
    path = tmp_path / ".tierwise" / "table.json"
    path.write_text(fastjson.dumps({**(table.load(str(tmp_path)) or {}), **wrong}))
    assert table.load(str(tmp_path)) is None

"""What counts of all the places that may name a setting or a variable."""

from __future__ import annotations

from typing import Any

from tierwise.doctor.effective import (
    collect_settings,
    find_available,
    find_effort_cap,
    find_model_overrides,
    find_variable,
)
from tierwise.doctor.place import Place
from tierwise.doctor.settings_file import SettingsFile


def make_place(*values: dict[str, Any], managed: int = 0, **environ: str) -> Place:
    """A place with these settings files, ``0``, ``1`` …, the weightiest first; the first ones an administrator's."""
    files = [
        SettingsFile(str(number), value, is_managed=number < managed)
        for number, value in enumerate(values)
    ]
    return Place("root", "root", environ, tuple(files), ())


def test_the_weightiest_file_names_a_variable_and_the_environment_last() -> None:
    place = make_place({}, {"env": {"A": "0"}}, {"env": {"A": "1", "B": 1}}, A="2", C="3")
    assert find_variable(place, "A") == ("0", "1")
    assert find_variable(place, "B") == ("1", "2")
    assert find_variable(place, "C") == ("3", "the environment")
    assert find_variable(place, "D") == ("", "")


def test_the_lowest_cap_holds() -> None:
    place = make_place({"maxEffortLevel": "high"}, {"maxEffortLevel": "low"})
    assert find_effort_cap(place) == ("low", "1")
    assert find_effort_cap(make_place({"maxEffortLevel": "huge"})) == ("", "")


def test_lists_of_models_are_joined_and_an_administrators_stand_alone() -> None:
    own = ({"availableModels": ["opus"]}, {"availableModels": ["haiku", "opus"]})
    assert find_available(make_place(*own)) == (["opus", "haiku"], "0 and 1")
    assert find_available(make_place(*own, managed=1)) == (["opus"], "0")
    assert find_available(make_place({"availableModels": "opus"}, {})) == (None, "")


def test_each_models_override_is_the_weightiest_files() -> None:
    place = make_place({"modelOverrides": {"a": "b"}}, {"modelOverrides": {"a": "c", "d": "e"}})
    assert find_model_overrides(place) == {"a": ("b", "0"), "d": ("e", "1")}


def test_what_verify_copies_says_the_same_as_all_files_together() -> None:
    force = "CLAUDE_CODE_SUBAGENT_MODEL_FORCE"
    place = make_place(
        {"env": {force: "0"}, "maxEffortLevel": "high", "availableModels": ["opus"]},
        {
            "env": {force: "1"},
            "maxEffortLevel": "low",
            "availableModels": ["haiku"],
            "theme": "dark",
        },
        CLAUDE_CODE_EFFORT_LEVEL="low",
    )
    assert collect_settings(place) == {
        "availableModels": ["opus", "haiku"],
        "maxEffortLevel": "low",
        "env": {force: "0"},
    }

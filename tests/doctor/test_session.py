"""What acts on the turns of the main conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hook import compiled

from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import Place
from tierwise.doctor.plugins import Plugin
from tierwise.doctor.session import check_session


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "plugin"
    (folder / "hooks").mkdir(parents=True)
    (folder / "hooks" / "hooks.json").write_text(json.dumps({"modules": ["./session.mjs"]}))
    return folder


def found(root: Path, *folders: Path, routing: str = "on") -> list[Diagnosis]:
    compiled(root, f"extends: balanced\nsession: {{routing: {routing}}}\n")
    place = object.__new__(Place)
    object.__setattr__(place, "root", str(root))
    object.__setattr__(place, "plugins", [Plugin("tierwise", folder) for folder in folders])
    return list(check_session(place))


def test_nothing_is_said_where_turns_are_not_routed(repository: Path, plugin: Path) -> None:
    assert found(repository, plugin, routing="off") == []


def test_the_plugins_module_acts(repository: Path, plugin: Path) -> None:
    (one,) = found(repository, plugin)
    assert one.level == "ok"


def test_without_the_plugin_only_spawns_are_routed(repository: Path) -> None:
    (one,) = found(repository)
    assert one.level == "warn"
    assert "plugin install" in one.remedy


def test_an_older_plugin_has_no_module(repository: Path, plugin: Path) -> None:
    (plugin / "hooks" / "hooks.json").write_text("{}")
    assert found(repository, plugin)[0].level == "warn"

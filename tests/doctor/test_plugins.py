"""Where a plugin names its hooks, as the client reads them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.support.doctor import install_plugin, put, says

from tierwise.doctor import wiring
from tierwise.doctor.place import look
from tierwise.doctor.plugins import FOLDERS, MANIFEST, Plugin


def make_groups(command: str) -> dict[str, object]:
    hook = {"type": "command", "command": command}
    return {"PreToolUse": [{"matcher": "Agent", "hooks": [hook]}]}


FILE = {"hooks": make_groups("in-a-file")}
IN_A_FILE, INLINE = "in-a-file", "inline"


@pytest.mark.parametrize(
    ("named", "seen"),
    [
        ("./more/agents.json", {IN_A_FILE}),
        (make_groups(INLINE), {INLINE}),
        (["./more/agents.json", make_groups(INLINE)], {IN_A_FILE, INLINE}),
        ("more/agents.json", set()),
        ("./../more/agents.json", set()),
        ("./more/bare.json", set()),
        (7, set()),
    ],
)
def test_hooks_that_a_manifest_names_are_seen(
    named: object, seen: set[str], root: Path, env: dict[str, str], home: Path
) -> None:
    install_plugin(home, root, "other", make_groups("usual"))
    folder = look(str(root), env).plugins[0].folder
    put(folder / MANIFEST, {"name": "other", "hooks": named})
    put(folder / "more" / "agents.json", FILE)
    put(folder.parent / "more" / "agents.json", FILE)
    put(folder / "more" / "bare.json", make_groups(INLINE))
    found = {hook.runs for hook in look(str(root), env).hooks if hook.source == "plugin other"}
    assert found == {"usual", *seen}


def test_a_skill_with_a_manifest_is_a_plugin(root: Path, env: dict[str, str], home: Path) -> None:
    folder = home / ".claude" / "skills" / "helper"
    put(folder / "hooks" / "hooks.json", FILE)
    assert look(str(root), env).plugins == ()
    put(folder / MANIFEST, {"name": "helper"})
    place = look(str(root), env)
    assert place.plugins == (Plugin("helper", folder, is_skill=True),)
    assert "skill helper has a hook on the same calls" in says(wiring.check_wiring(place))


def test_folders_that_a_variable_names_hold_plugins(
    root: Path, env: dict[str, str], home: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", home / "two"
    put(one / MANIFEST, {"name": "first"})
    named = f"{one}{os.pathsep} ~/two {os.pathsep}relative"
    env[FOLDERS] = named
    expected = (Plugin("first", one), Plugin("two", two))
    assert look(str(root), env).plugins == expected
    put(root / ".claude" / "settings.local.json", {"env": {FOLDERS: ""}})
    assert look(str(root), env).plugins == expected
    put(home / ".claude" / "settings.json", {"env": {FOLDERS: str(two)}})
    assert look(str(root), env).plugins == expected[1:]

"""The wiring: settings, plugins, other hooks, permission rules, submodules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.doctor import check, fake_client, install_plugin, levels, put, says
from tests.support.policies import synced
from tests.support.repository import git, make_repository

from tierwise import bundle
from tierwise.doctor import wiring
from tierwise.doctor.place import look
from tierwise.sync.machine import PATH, unwire_subfolders, wire_subfolders


def test_settings_that_do_not_parse_fail(root: Path, env: dict[str, str]) -> None:
    (root / ".claude" / "settings.local.json").write_text("{", encoding="utf-8")
    assert levels(wiring.check_settings(look(str(root), env))) == {"settings": "fail"}


def test_hooks_switched_off_fail(root: Path, env: dict[str, str], home: Path) -> None:
    put(home / ".claude" / "settings.json", {"disableAllHooks": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {"hooks": "fail"}


def test_the_weightier_file_decides_a_single_value(
    root: Path, env: dict[str, str], home: Path
) -> None:
    put(home / ".claude" / "settings.json", {"disableAllHooks": True})
    put(root / ".claude" / "settings.local.json", {"disableAllHooks": False})
    assert levels(wiring.check_settings(look(str(root), env))) == {}


@pytest.mark.parametrize("name", ["managed-settings.json", "managed-settings.d/50-hooks.json"])
def test_what_only_an_administrator_may_say_counts_only_there(
    name: str,
    root: Path,
    env: dict[str, str],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(home / ".claude" / "settings.json", {"allowManagedHooksOnly": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {}
    monkeypatch.setattr("tierwise.doctor.place.MANAGED", str(tmp_path / "managed"))
    put(tmp_path / "managed" / name, {"allowManagedHooksOnly": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {"hooks": "fail"}


def test_a_repository_brings_no_administrators_settings(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for top in ("C:/Program Files/ClaudeCode", "Library/Application Support/ClaudeCode"):
        put(root / top / "managed-settings.json", {"allowManagedHooksOnly": True})
    monkeypatch.chdir(root)
    assert levels(wiring.check_settings(look(str(root), env))) == {}


def test_no_wiring_fails(root: Path, env: dict[str, str]) -> None:
    (root / ".claude" / "settings.json").unlink()
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "fail"}


def test_a_policy_without_claude_code_needs_no_wiring(root: Path, env: dict[str, str]) -> None:
    (root / ".claude" / "settings.json").unlink()
    (root / "tierwise.yaml").write_text("targets: [cursor]\n", encoding="utf-8")
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "ok"}


@pytest.mark.parametrize(
    ("hooks", "remedy"),
    [("mode: enforce", "Run `tierwise sync`"), ("mode: off", "set another mode")],
)
def test_what_to_do_about_no_wiring_depends_on_the_policy(
    root: Path, env: dict[str, str], hooks: str, remedy: str
) -> None:
    synced(root, f"hooks: {{{hooks}}}\n")
    (root / ".claude" / "settings.json").unlink(missing_ok=True)
    (found,) = wiring.check_wiring(look(str(root), env))
    assert found.level == "fail" and remedy in found.remedy


def test_plugin_and_settings_at_once_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    hooks = json.loads(bundle.read_text("hooks", "hooks.json"))["hooks"]
    install_plugin(home, root, "tierwise", hooks)
    assert "wired 2 times" in says(wiring.check_wiring(look(str(root), env)))
    (root / ".claude" / "settings.json").unlink()
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "ok"}


def test_a_plugin_of_another_project_does_not_count(
    root: Path, env: dict[str, str], home: Path, tmp_path: Path
) -> None:
    hooks = json.loads(bundle.read_text("hooks", "hooks.json"))["hooks"]
    install_plugin(home, tmp_path, "tierwise", hooks)
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "ok"}


@pytest.mark.parametrize(
    ("matcher", "seen"),
    [
        ("Agent", True),
        ("Bash|Task", True),
        ("*", True),
        ("A.*", True),
        ("Workflow", True),
        ("Bash,Agent", True),
        ("Edit, Task", True),
        ("^Ag", True),
        ("Bash", False),
        ("Age", False),
        ("Agents|Tasks", False),
        ("[", False),
    ],
)
def test_foreign_hooks_on_the_same_calls_are_a_warning(
    matcher: str, seen: bool, root: Path, env: dict[str, str], home: Path
) -> None:
    foreign: dict[str, Any] = {
        "matcher": matcher,
        "hooks": [{"type": "command", "command": "rewrite-models"}],
    }
    install_plugin(home, root, "other", {"PreToolUse": [foreign]})
    said = says(wiring.check_wiring(look(str(root), env)))
    assert ("plugin other has a hook on the same calls: rewrite-models" in said) is seen


def test_foreign_agents_that_pin_a_model_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    agents = {
        "pins": "---\nname: pins\nmodel: opus # dear\n---\n",
        "inherits": "---\nmodel: inherit\n---\n",
        "bare": "x",
    }
    install_plugin(home, root, "other", agents=agents)
    found = check(wiring.check_foreign_agents, root, env)
    assert [finding.what.split(";")[0] for finding in found] == ["other:pins pins opus"]


def test_permission_rules_on_agents_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    rules = {"deny": ["Agent(model:opus)", "Bash(rm:*)"], "ask": ["Task"], "allow": ["Agent"]}
    put(home / ".claude" / "settings.json", {"permissions": rules})
    found = check(wiring.check_permissions, root, env)
    assert len(found) == 2
    assert "sends to opus" in found[0].what


@pytest.mark.slow
def test_a_submodule_without_a_policy_is_named(
    root: Path, env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(wiring.check_submodules(look(str(root), env))) == {}
    library = make_repository(tmp_path / "library")
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "libs/one"]
    git(root, *add)
    (found,) = wiring.check_submodules(look(str(root), env))
    assert found.level == "warn" and "libs/one" in found.what
    inner = root / "libs" / "one"
    synced(inner, "extends: balanced\n")
    assert levels(wiring.check_submodules(look(str(root), env))) == {}
    assert levels(wiring.check_subfolders(look(str(inner), env))) == {"subfolders": "warn"}


@pytest.mark.slow
def test_a_submodule_s_subfolders_are_wired_and_git_does_not_see_it(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    library = make_repository(tmp_path / "library")
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "libs/one"]
    git(root, *add)
    inner = root / "libs" / "one"
    synced(inner, "extends: balanced\n")
    before = git(inner, "status", "--porcelain", "-uall")
    wire_subfolders(str(inner))
    below = look(str(inner), env, str(inner / "below"))
    assert levels(wiring.check_wiring(below)) == {"wiring": "ok"}
    assert levels(wiring.check_subfolders(below)) == {"subfolders": "ok"}
    assert git(inner, "status", "--porcelain", "-uall") == before
    unwire_subfolders(str(inner))
    assert not (inner / PATH).exists()


@pytest.mark.parametrize(
    ("version", "at_top", "below"), [("2.1.197", "warn", "fail"), ("2.1.329", "ok", "ok")]
)
def test_an_old_client_finds_no_settings_above_its_start_folder(
    version: str, at_top: str, below: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    wire_subfolders(str(root))
    env["PATH"] = fake_client(tmp_path, f"echo '{version} (Claude Code)'")
    for start, level in ((root, at_top), (root / "packages", below)):
        place = look(str(root), env, str(start))
        assert levels(wiring.check_subfolders(place)) == {"subfolders": level}

"""Broken set-ups: each is found, with its place, the tiers it costs, and a remedy."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.support.policies import synced

from tierwise.doctor import place as places
from tierwise.doctor.checks import run_checks
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.overrides import (
    EFFORT_LEVEL,
    FORCE,
    SUBAGENT_EFFORT,
    SUBAGENT_MODEL,
    WORKFLOW_MODEL,
)
from tierwise.doctor.place import look
from tierwise.doctor.plugins import MANIFEST

NEW, OLD = "2.1.332", "2.1.197"
CHECKS = {FORCE, SUBAGENT_MODEL, SUBAGENT_EFFORT, WORKFLOW_MODEL, EFFORT_LEVEL, "availableModels", "maxEffortLevel",
          "modules", "workflows", "hooks", "settings", "wiring", "modelOverrides",
          "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL"}  # fmt: skip


@dataclass(frozen=True)
class SetUp:
    """One broken set-up: what is written where, and what doctor must say of it."""

    name: str
    check: str
    level: str
    says: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=dict)
    project: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)
    managed: dict[str, Any] = field(default_factory=dict)
    module: str = ""
    skill: str = ""
    policy: str = ""
    client: str = NEW
    raw_local: str = ""
    old_matcher: bool = False


ALL_TIERS = "not served: light (haiku medium), mid (sonnet medium), frontier (opus high)"
SET_UPS = [
    SetUp("forced by environment", FORCE, "fail", ("the environment", "on haiku", "mid (sonnet medium), frontier"),
          env={SUBAGENT_MODEL: "haiku", FORCE: "1"}),
    SetUp("forced by a full id", FORCE, "fail", ("light (haiku medium), mid (sonnet medium)",),
          env={SUBAGENT_MODEL: "claude-opus-5-5", FORCE: "true"}),
    SetUp("forced without a model", FORCE, "fail", ("the session's model", ALL_TIERS), env={FORCE: "1"}),
    SetUp("forced by the user's settings", FORCE, "fail", ("{home}/.claude/settings.json",),
          user={"env": {FORCE: "1", SUBAGENT_MODEL: "opus"}}),
    SetUp("forced by managed settings", FORCE, "fail", ("managed-settings.json",),
          managed={"env": {FORCE: "1", SUBAGENT_MODEL: "opus"}}),
    SetUp("force on a version without it", FORCE, "ok", ("does not know it",), env={FORCE: "1"}, client=OLD),
    SetUp("model variable on an old version", SUBAGENT_MODEL, "fail", ("beat everything", "frontier (opus high)"),
          env={SUBAGENT_MODEL: "haiku"}, client=OLD),
    SetUp("model variable on a new version", SUBAGENT_MODEL, "warn", ("only a default", "settings.local.json"),
          local={"env": {SUBAGENT_MODEL: "haiku"}}),
    SetUp("workflow model in the project", WORKFLOW_MODEL, "fail", (".claude/settings.local.json", "runs on haiku"),
          local={"env": {WORKFLOW_MODEL: "haiku"}}),
    SetUp("workflow model on an old version", WORKFLOW_MODEL, "ok", ("does not know it",),
          env={WORKFLOW_MODEL: "haiku"}, client=OLD),
    SetUp("effort level in the environment", EFFORT_LEVEL, "fail", ("effort low", ALL_TIERS),
          env={EFFORT_LEVEL: "low"}),
    SetUp("effort level in the user's settings", EFFORT_LEVEL, "fail", ("{home}", "not served: frontier (opus high)"),
          user={"env": {EFFORT_LEVEL: "medium"}}),
    SetUp("default effort", SUBAGENT_EFFORT, "ok", ("the policy comes first",), env={SUBAGENT_EFFORT: "low"}),
    SetUp("cap on effort", "maxEffortLevel", "fail", ("caps every effort at medium", "frontier (opus high)"),
          user={"maxEffortLevel": "medium"}),
    SetUp("cap on effort by the machine", "maxEffortLevel", "fail", ("managed-settings.json", ALL_TIERS),
          managed={"maxEffortLevel": "low"}),
    SetUp("cap above every tier", "maxEffortLevel", "ok", ("no tier is above it",), user={"maxEffortLevel": "high"}),
    SetUp("cap on a version without it", "maxEffortLevel", "ok", ("no tier",), user={"maxEffortLevel": "low"},
          client=OLD),
    SetUp("models allowed by the project", "availableModels", "fail",
          ("light (haiku), frontier (opus)", "the session's model", "settings.local.json"),
          local={"availableModels": ["sonnet"]}),
    SetUp("models enforced by the machine", "availableModels", "fail", ("an available model", "managed"),
          managed={"availableModels": ["claude-sonnet-5-5"], "enforceAvailableModels": True}),
    SetUp("no model allowed", "availableModels", "fail", ("light (haiku), mid (sonnet), frontier (opus)",),
          user={"availableModels": []}),
    SetUp("a fallback covers it", "availableModels", "warn", ("frontier goes to mid",),
          user={"availableModels": ["haiku", "sonnet"]}, policy="tiers: {frontier: {fallback: mid}}\n"),
    SetUp("every model allowed", "availableModels", "ok", ("allows every model",),
          user={"availableModels": ["haiku", "sonnet", "opus"]}),
    SetUp("models allowed by two files together", "availableModels", "ok", ("allows every model",),
          user={"availableModels": ["haiku", "sonnet"]}, local={"availableModels": ["opus"]}),
    SetUp("models allowed by the machine alone", "availableModels", "fail", ("managed-settings.json", "frontier (opus)"),
          managed={"availableModels": ["haiku", "sonnet"]}, local={"availableModels": ["opus"]}),
    SetUp("an older model that is none for the client", "availableModels", "fail", ("mid (sonnet)",),
          user={"availableModels": ["opus-5-5", "sonnet-4-5", "haiku"]}),
    SetUp("a family narrowed to an old model", "availableModels", "fail", ("mid (sonnet)",),
          user={"availableModels": ["opus", "sonnet", "claude-sonnet-4-5", "haiku"]}),
    SetUp("an older model of the family", "availableModels", "warn", ("frontier is served by claude-opus-4-8",),
          user={"availableModels": ["claude-opus-4-8", "sonnet", "haiku"]}),
    SetUp("an older model on an old version", "availableModels", "fail", ("frontier (opus)",),
          user={"availableModels": ["claude-opus-4-7", "sonnet", "haiku"]}, client=OLD),
    SetUp("models denied by the machine", "availableModels", "fail", ("managed-settings.json", "light (haiku)"),
          managed={"deniedModels": ["haiku"]}),
    SetUp("older models exactly", "availableModels", "warn", ("frontier is served by claude-opus-5 Allow",),
          managed={"availableModels": ["claude-opus-5", "claude-sonnet-5", "haiku"], "availableModelsMatch": "exact"}),
    SetUp("a name of several models in an exact list", "availableModels", "fail", ("frontier (opus)",),
          managed={"availableModels": ["best", "sonnet", "haiku"], "availableModelsMatch": "exact"}),
    SetUp("the lower of two caps", "maxEffortLevel", "fail", ("{home}", "caps every effort at low", ALL_TIERS),
          user={"maxEffortLevel": "low"}, local={"maxEffortLevel": "high"}),
    SetUp("opus served as another family", "ANTHROPIC_DEFAULT_OPUS_MODEL", "fail",
          ("the environment", "claude-haiku-5-5 in the place of opus", "not served: frontier (opus high)"),
          env={"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-haiku-5-5"}),
    SetUp("sonnet served as another family", "ANTHROPIC_DEFAULT_SONNET_MODEL", "fail", ("settings.local.json",),
          local={"env": {"ANTHROPIC_DEFAULT_SONNET_MODEL": "claude-haiku-5-5"}}),
    SetUp("an id that goes to another family", "modelOverrides", "fail", ("{home}", "not served: mid (sonnet medium)"),
          user={"modelOverrides": {"claude-sonnet-5-5": "claude-haiku-5-5"}}),
    SetUp("workflow model that inherits", WORKFLOW_MODEL, "ok", ("changes nothing",), env={WORKFLOW_MODEL: "inherit"}),
    SetUp("effort level that is none", EFFORT_LEVEL, "ok", ("changes nothing",), env={EFFORT_LEVEL: "bogus"}),
    SetUp("forced with a model that inherits", FORCE, "fail", ("the session's model", ALL_TIERS),
          env={FORCE: "yes", SUBAGENT_MODEL: "inherit"}),
    SetUp("hooks off for the project", "hooks", "fail", ("disableAllHooks is on in", "settings.local.json"),
          local={"disableAllHooks": True}),
    SetUp("hooks off for the machine", "hooks", "fail", ("managed-settings.json",), managed={"disableAllHooks": True}),
    SetUp("safe mode", "hooks", "fail", ("CLAUDE_CODE_SAFE_MODE is on in the environment", "no hook runs"),
          env={"CLAUDE_CODE_SAFE_MODE": "1"}),
    SetUp("safe mode by the user's settings", "hooks", "fail", ("{home}", "safe mode"),
          user={"env": {"CLAUDE_CODE_SAFE_MODE": "true"}}),
    SetUp("safe mode by the machine", "hooks", "fail", ("managed-settings.json",),
          managed={"env": {"CLAUDE_CODE_SAFE_MODE": "on"}}),
    SetUp("bare mode", "hooks", "fail", ("CLAUDE_CODE_SIMPLE", "bare mode"), env={"CLAUDE_CODE_SIMPLE": "yes"}),
    SetUp("a restricted session", "hooks", "fail", ("CLAUDE_CODE_RESTRICTED",), env={"CLAUDE_CODE_RESTRICTED": "1"}),
    SetUp("managed hooks only", "hooks", "fail", ("allowManagedHooksOnly",), managed={"allowManagedHooksOnly": True}),
    SetUp("settings that do not parse", "settings", "fail", ("settings.local.json",), raw_local="{"),
    SetUp("a module of another plugin", "modules", "warn", ("plugin other", "agent.spawn"),
          module="export const register = on => on('agent.spawn', (e, next) => next({...e, model: 'opus'}))"),
    SetUp("a module on turns", "modules", "warn", ("turn.step",),
          module="export const register = on => on('turn.step', (e, next) => next(e))"),
    SetUp("a module in a skill folder", "modules", "warn", ("skill helper", "agent.spawn"),
          skill="export const register = on => on('agent.spawn', e => e)"),
    SetUp("a hook from before workflows", "workflows", "fail", ("does not see workflows", "tierwise sync"),
          old_matcher=True),
]  # fmt: skip


def put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, **value} if isinstance(value, dict) else value))


@pytest.fixture
def findings(
    request: pytest.FixtureRequest,
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[SetUp, list[Diagnosis], Path]]:
    """What doctor says of one set-up."""
    set_up: SetUp = request.param
    home, project = tmp_path / "home", repository / ".claude"
    synced(repository, f"extends: balanced\n{set_up.policy}")
    put(home / ".claude" / "settings.json", set_up.user)
    put(project / "settings.json", set_up.project)
    if set_up.local:
        put(project / "settings.local.json", set_up.local)
    if set_up.raw_local:
        (project / "settings.local.json").write_text(set_up.raw_local)
    managed = tmp_path / "etc" / "managed-settings.json"
    put(managed, set_up.managed)
    monkeypatch.setattr(places, "MANAGED", str(managed.parent))
    if set_up.module:
        _install_module(home, repository, set_up.module)
    if set_up.skill:
        folder = home / ".claude" / "skills" / "helper" / "hooks"
        put(folder / "hooks.json", {"modules": ["./x.mjs"]})
        put(folder.parent / MANIFEST, {"name": "helper"})
        (folder / "x.mjs").write_text(set_up.skill)
    if set_up.old_matcher:
        settings = project / "settings.json"
        settings.write_text(settings.read_text().replace("Agent|Task|Workflow", "Agent|Task"))
    client = tmp_path / "claude"
    client.write_text(f"#!/bin/sh\necho '{set_up.client} (Claude Code)'\n")
    client.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.defpath}"
    env = {"HOME": str(home), "PATH": path, **set_up.env}
    found = run_checks(look(str(repository), env))
    yield set_up, [one for one in found if one.check in CHECKS], home


def _install_module(home: Path, root: Path, text: str) -> None:
    folder = home / ".claude" / "plugins" / "cache" / "other"
    put(folder / "hooks" / "hooks.json", {"modules": ["./x.mjs"]})
    (folder / "hooks" / "x.mjs").write_text(text)
    entry = {"scope": "project", "installPath": str(folder), "projectPath": str(root)}
    plugins = {"version": 2, "plugins": {"other@market": [entry]}}
    put(home / ".claude" / "plugins" / "installed_plugins.json", plugins)
    put(home / ".claude" / "settings.json", {"enabledPlugins": {"other@market": True}})


@pytest.mark.slow
@pytest.mark.parametrize("findings", SET_UPS, indirect=True, ids=lambda one: one.name)
def test_a_fault_is_named_with_its_place_and_a_remedy(
    findings: tuple[SetUp, list[Diagnosis], Path],
) -> None:
    set_up, found, home = findings
    named = [one for one in found if one.check == set_up.check and one.level == set_up.level]
    assert named, [one for one in found if one.level != "ok"]
    said = "\n".join(f"{one.what} {one.remedy}" for one in named)
    for words in set_up.says:
        assert words.format(home=home) in said
    assert all(bool(one.remedy) == (one.level != "ok") for one in found)


SOUND = [
    SetUp("nothing", FORCE, "ok", ()),
    SetUp("models denied by nobody who may", FORCE, "ok", (), user={"deniedModels": ["haiku"]}),
    SetUp("an exact list of nobody who may", FORCE, "ok", (),
          user={"availableModels": ["best", "sonnet", "haiku"], "availableModelsMatch": "exact"}),
    SetUp("forced no more", FORCE, "ok", (), user={"env": {FORCE: "1"}}, local={"env": {FORCE: "0"}}),
    SetUp("not switched on", FORCE, "ok", (), env={FORCE: "off"}),
    SetUp("another version of the family", FORCE, "ok", (), env={"ANTHROPIC_DEFAULT_OPUS_MODEL": "claude-opus-4-8"}),
    SetUp("modes that a repository names", FORCE, "ok", (), local={"env": {"CLAUDE_CODE_SAFE_MODE": "1"}},
          project={"env": {"CLAUDE_CODE_SIMPLE": "1"}}, user={"env": {"CLAUDE_CODE_RESTRICTED": "1"}}),
    SetUp("safe mode that the user's settings take back", FORCE, "ok", (), env={"CLAUDE_CODE_SAFE_MODE": "1"},
          user={"env": {"CLAUDE_CODE_SAFE_MODE": "0"}}),
    SetUp("an override that is taken back", FORCE, "ok", (),
          user={"modelOverrides": {"claude-opus-5-5": "claude-haiku-5-5"}},
          local={"modelOverrides": {"claude-opus-5-5": "claude-opus-4-8"}}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("findings", SOUND, indirect=True, ids=lambda one: one.name)
def test_a_sound_set_up_has_no_fault(findings: tuple[SetUp, list[Diagnosis], Path]) -> None:
    assert {one.level for one in findings[1]} == {"ok"}, findings[1]

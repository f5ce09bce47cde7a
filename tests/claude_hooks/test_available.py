"""A tier whose model the client may not use: its work goes to the tier's fallback, and the row says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hook import compiled, rows, spawn_event, written

from tierwise.claude_hooks import available

POLICY = """
extends: balanced
mode: manual
agents: {Explore: frontier, Plan: mid}
tiers:
  frontier: {fallback: mid}
  mid: {fallback: light}
"""


def allow(root: Path, *names: str, file: str = ".claude/settings.local.json") -> None:
    path = root / file
    path.parent.mkdir(exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, "availableModels": names}))


@pytest.mark.parametrize(
    ("allowed", "model"),
    [
        (("opus", "sonnet", "haiku"), "opus"),
        (("sonnet", "haiku"), "sonnet"),
        (("claude-sonnet-5-5",), "sonnet"),
        (("haiku",), "haiku"),
        ((), "opus"),  # nothing is allowed: the decision stands
    ],
)
def test_the_next_tier_that_is_allowed_takes_the_work(
    allowed: tuple[str, ...], model: str, repository: Path
) -> None:
    compiled(repository, POLICY)
    allow(repository, *allowed)
    assert written(spawn_event(repository))["model"] == model
    (row,) = rows(repository)
    assert row["model"] == model
    moved = model != "opus"
    assert ("opus (frontier) is not allowed by" in row["fallback"]) == moved


def test_the_lists_of_all_files_are_joined(repository: Path) -> None:
    compiled(repository, POLICY)
    allow(repository, "haiku", "sonnet")
    allow(repository, "opus", file=".claude/settings.json")
    assert written(spawn_event(repository))["model"] == "opus"


@pytest.mark.parametrize("name", ["managed-settings.json", "managed-settings.d/models.json"])
def test_an_administrators_list_leaves_no_other_a_say(
    name: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(repository, POLICY)
    managed = tmp_path / "etc" / "managed-settings.json"
    managed.parent.mkdir()
    monkeypatch.setattr(available, "MANAGED_SETTINGS", str(managed))
    allow(managed.parent, "haiku", file=name)
    allow(repository, "opus", "sonnet")
    assert written(spawn_event(repository))["model"] == "haiku"
    assert str(managed.parent / name) in rows(repository)[0]["fallback"]


@pytest.mark.parametrize(("match", "model"), [("prefix", "opus"), ("exact", "sonnet")])
def test_an_administrators_exact_list_allows_no_name_of_several_models(
    match: str, model: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(repository, POLICY)
    managed = tmp_path / "managed-settings.json"
    managed.write_text(json.dumps({"availableModelsMatch": match}))
    monkeypatch.setattr(available, "MANAGED_SETTINGS", str(managed))
    allow(repository, "best", "sonnet")
    assert written(spawn_event(repository))["model"] == model


def test_without_a_list_nothing_falls_back(repository: Path) -> None:
    compiled(repository, POLICY)
    assert written(spawn_event(repository))["model"] == "opus"
    assert rows(repository)[0]["fallback"] == ""


def test_tiers_that_name_each_other_end(repository: Path) -> None:
    compiled(
        repository,
        POLICY.replace("mid: {fallback: light}", "mid: {fallback: frontier}"),
    )
    allow(repository, "haiku")
    assert written(spawn_event(repository))["model"] == "opus"


def test_a_repository_brings_no_administrators_list(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(repository, POLICY)
    folder = repository / "C:" / "Program Files" / "ClaudeCode"
    folder.mkdir(parents=True)
    (folder / "managed-settings.json").write_text(json.dumps({"availableModels": ["haiku"]}))
    monkeypatch.chdir(repository)
    assert written(spawn_event(repository))["model"] == "opus"

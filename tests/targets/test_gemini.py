"""Gemini CLI's settings follow the policy's roles: an alias each, and a role more is no edit of the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.policies import status, synced

from tierwise.json_comments import blank_comments
from tierwise.sync.repository import plan_sync, uninstall

SETTINGS = ".gemini/settings.json"
OWN = ".gemini/agents/x.md"
ONE_MORE = "targets: [gemini]\nagents: {mine: frontier, explorer: frontier}\n"


def _read_models(repository: Path) -> dict[str, str]:
    aliases = json.loads((repository / SETTINGS).read_text())["modelConfigs"]["customAliases"]
    return {name: alias["modelConfig"]["model"] for name, alias in aliases.items()}


@pytest.mark.slow
@pytest.mark.parametrize("before", ["", '{\n  "ui": {"theme": "x"} }\n'])
def test_a_role_that_the_policy_names_later_gets_its_alias(repository: Path, before: str) -> None:
    settings = repository / SETTINGS
    (repository / OWN).parent.mkdir(parents=True)
    (repository / OWN).write_text("---\nname: mine\ndescription: d\n---\nLook.\n")
    if before:
        settings.write_text(before)
    synced(repository, "targets: [gemini]\n")
    assert "tierwise-mine" not in _read_models(repository)
    synced(repository, ONE_MORE)
    assert status(plan_sync(str(repository))) == {}
    models = _read_models(repository)
    assert models["tierwise-mine"] == models["tierwise-explorer"] == models["tierwise-planner"]
    synced(repository, "targets: [gemini]\n")
    assert "tierwise-mine" not in _read_models(repository)
    synced(repository, ONE_MORE)
    assert status(plan_sync(str(repository))) == {}
    uninstall(str(repository))
    assert (settings.read_text() if settings.exists() else "") == before


@pytest.mark.slow
def test_settings_of_ours_depend_on_the_last_policy_alone(repository: Path) -> None:
    (repository / OWN).parent.mkdir(parents=True)
    (repository / OWN).write_text("---\nname: mine\ndescription: d\n---\nLook.\n")
    synced(repository, ONE_MORE)
    written = (repository / SETTINGS).read_bytes()
    uninstall(str(repository))
    synced(repository, "targets: [gemini]\n")
    synced(repository, ONE_MORE)
    assert (repository / SETTINGS).read_bytes() == written
    assert status(plan_sync(str(repository))) == {}


@pytest.mark.slow
def test_an_edit_of_an_alias_is_drift_when_a_role_is_new_too(repository: Path) -> None:
    (repository / OWN).parent.mkdir(parents=True)
    (repository / OWN).write_text("---\nname: mine\ndescription: d\n---\nLook.\n")
    synced(repository, "targets: [gemini]\n")
    settings = repository / SETTINGS
    settings.write_text(settings.read_text().replace("gemini-3.5-flash-lite", "theirs"))
    synced(repository, ONE_MORE)
    assert status(plan_sync(str(repository))) == {SETTINGS: "edited"}


COMMENTED = """{
  // what we like
  "ui": {"theme": "x"}, // dark
  /* the models
     of this team */
  "modelConfigs": {
    "customAliases": {
      "ours": {"extends": "chat-base"} // for reviews
    }
  }
  // the end
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("before", [COMMENTED, "// mine\n{}\n", "{\n  // nothing yet\n}\n"])
def test_comments_in_settings_stay(repository: Path, before: str) -> None:
    settings = repository / SETTINGS
    settings.parent.mkdir()
    settings.write_text(before)
    assert not synced(repository, "targets: [gemini]\n").kept
    written = settings.read_text()
    assert written.count("//") == before.count("//")
    assert ("// for reviews" in before) == ('{"extends": "chat-base"}, // for reviews\n' in written)
    models = json.loads(blank_comments(written))["modelConfigs"]["customAliases"]
    assert models["tierwise-explorer"]["modelConfig"]["model"]
    assert status(plan_sync(str(repository))) == {}
    uninstall(str(repository))
    assert settings.read_text() == before


def test_a_list_where_an_object_is_expected_is_named(repository: Path) -> None:
    settings = repository / SETTINGS
    settings.parent.mkdir()
    settings.write_text('{"modelConfigs": []}')
    (kept,) = synced(repository, "targets: [gemini]\n").kept
    assert kept.reason == "cannot be read: expected an object at modelConfigs"
    assert settings.read_text() == '{"modelConfigs": []}'

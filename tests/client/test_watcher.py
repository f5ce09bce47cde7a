"""The watcher and the real client: an edited policy moves the next session."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import synced, write_policy
from tests.support.stand_in import Loopback
from tests.support.watching import Watching
from tests.support.wire import on_wire

from tierwise.verify.client import Client
from tierwise.verify.turns import say, spawn, use

pytestmark = pytest.mark.client

POLICY = "extends: balanced\nmode: manual\nagents: {explorer: light, Explore: light}\n"
FILES_ALONE = POLICY + "hooks: {mode: 'off'}\n"


def edited(text: str) -> str:
    return text.replace("light", "frontier")


def spawned(api: Loopback, agent: str) -> list[str]:
    """The models that the subagents of a type asked for, one each, in order."""
    models = {request.agent_id: request.model for request in api.of_agent(agent)}
    return list(models.values())


def test_an_edit_while_it_watches_moves_the_next_session(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    """By the agent's file alone: hooks are off, so nothing but the generated file can have moved it."""
    synced(repository, FILES_ALONE)
    api.main = [use(spawn("explorer", run_in_background=False)), say("over")]
    with Watching(repository) as watcher:
        newest_client.ask("go", cwd=repository, home=home, url=api.url)
        write_policy(repository, edited(FILES_ALONE))
        watcher.wait_for("synced")
        newest_client.ask("go", cwd=repository, home=home, url=api.url)
    assert spawned(api, "explorer") == [
        on_wire(newest_client.version, model, "")[0] for model in ("haiku", "opus")
    ]

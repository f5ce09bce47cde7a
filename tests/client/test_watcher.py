"""The watcher and the real client: an edited policy moves the next session, and over HTTP the next spawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hook import rows
from tests.support.policies import synced, write_policy
from tests.support.watching import Watching
from tests.support.wire import on_wire

from tierwise.sync.watch.local_settings import known
from tierwise.verify.client import Client
from tierwise.verify.stand_in import Loopback
from tierwise.verify.turns import say, spawn, use

pytestmark = pytest.mark.client

POLICY = "extends: balanced\nmode: manual\nagents: {explorer: light, Explore: light}\n"
HTTP = POLICY + "hooks: {transport: http}\n"
FILES_ALONE = POLICY + "hooks: {mode: 'off'}\n"


def edited(text: str) -> str:
    return text.replace("light", "frontier")


def spawned(api: Loopback, agent: str) -> list[str]:
    """The models that the subagents of a type asked for, one each, in order."""
    models = {request.agent_id: request.model for request in api.of_agent(agent)}
    return list(models.values())


def test_an_edit_while_it_watches_moves_the_next_session(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    """By the agent's file alone: hooks are off, so nothing but the generated file can have moved it."""
    synced(repository, FILES_ALONE)
    api.main = [use(spawn("explorer", run_in_background=False)), say("over")]
    with Watching(repository) as watcher:
        client.ask("go", cwd=repository, home=home, url=api.url)
        write_policy(repository, edited(FILES_ALONE))
        watcher.wait_for("synced")
        client.ask("go", cwd=repository, home=home, url=api.url)
    assert spawned(api, "explorer") == [
        on_wire(client.version, model, "")[0] for model in ("haiku", "opus")
    ]


def test_an_edit_during_a_session_moves_the_next_spawn_over_http(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, HTTP)
    api.main = [
        turn
        for _ in range(2)
        for turn in (use(spawn("Explore", run_in_background=False)), say("over"))
    ]
    with Watching(repository) as watcher:
        watcher.wait_for("serving")
        with client.session(cwd=repository, home=home, url=api.url) as session:
            session.ask("first")
            write_policy(repository, edited(HTTP))
            watcher.until_followed()
            session.ask("second")
    assert spawned(api, "Explore") == [
        on_wire(client.version, model, "")[0] for model in ("haiku", "opus")
    ]
    decisions = rows(repository)
    assert [row["tier"] for row in decisions] == ["light", "frontier"]
    assert {row["client"] for row in decisions} == {client.version}
    assert {row["what"] for row in rows(repository, "session")} == {"start", "end"}, (
        "the start comes as a command"
    )


def test_the_session_s_own_mode_counts_over_http(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, HTTP.replace("Explore: light", "Explore: {tier: mid, effort: low}"))
    api.main = [use(spawn("Explore", run_in_background=False)), say("over")]
    with Watching(repository) as watcher:
        watcher.wait_for("serving")
        client.ask("go", cwd=repository, home=home, url=api.url, env={"TIERWISE_MODE": "shadow"})
    assert spawned(api, "Explore") != [on_wire(client.version, "sonnet", "")[0]]
    assert [row["mode"] for row in rows(repository)] == ["shadow"]


@pytest.mark.parametrize("end", ["stopped", "killed"])
def test_a_watcher_that_is_gone_never_stops_a_spawn(
    client: Client, api: Loopback, repository: Path, home: Path, end: str
) -> None:
    synced(repository, HTTP)
    api.main = [use(spawn("Explore", run_in_background=False)), say("over")]
    with Watching(repository) as watcher:
        watcher.wait_for("serving")
        if end == "killed":
            watcher.process.kill()
            watcher.process.wait()
    assert known(str(repository))["wired"]
    answer = client.ask("go", cwd=repository, home=home, url=api.url)
    assert (answer.code, answer.text) == (0, "over")
    assert len(spawned(api, "Explore")) == 1, "it went ahead, unrouted"
    assert rows(repository) == []

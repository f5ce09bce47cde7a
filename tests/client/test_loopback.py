"""The stand-in API and the real clients understand each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.stand_in import Loopback, tool_results
from tests.support.turns import bash, fail

from tierwise.verify.client import Client
from tierwise.verify.turns import ScriptedUsage, say, spawn, use

pytestmark = pytest.mark.client


def test_a_prompt_reaches_the_api_and_its_answer_comes_back(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    api.main = [say("hello yourself", usage=ScriptedUsage(input=1000, output=200))]
    answer = client.ask("hello there", cwd=repository, home=home, url=api.url)
    assert answer.code == 0
    assert answer.text == "hello yourself"
    assert answer.cost > 0
    assert len(api.requests) == 1
    assert "hello there" in api.requests[0].text
    assert "Agent" in api.requests[0].tools


def test_parallel_spawns_run_as_subagents_and_are_told_apart(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    api.main = [
        use(spawn("Plan", model="haiku"), spawn("general-purpose"), spawn("general-purpose")),
        say("over"),
    ]
    api.agents["general-purpose"] = [use(bash("echo from-the-shell")), say("shell used")]
    answer = client.ask("go", "--allowedTools", "Bash", cwd=repository, home=home, url=api.url)
    assert answer.code == 0
    assert "haiku" in api.spawned("Plan").model
    workers = api.of_agent("general-purpose")
    assert len({request.agent_id for request in workers}) == 2
    assert (
        sum("from-the-shell" in "".join(tool_results(request).values()) for request in workers) == 2
    )
    assert not any(request.agent for request in api.of_main())


def test_errors_and_broken_streams_are_tried_again(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    api.main = [fail(529), fail(429), say("never whole").but(cut_after=2), say("at last")]
    answer = client.ask("go", cwd=repository, home=home, url=api.url)
    assert answer.text == "at last"
    assert len(api.of_main()) == 4


def test_one_session_takes_several_prompts(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    api.main = [say("one"), say("two")]
    with newest_client.session(cwd=repository, home=home, url=api.url) as session:
        assert session.ask("first")["result"] == "one"
        assert session.ask("second")["result"] == "two"
    assert "first" in api.requests[1].text

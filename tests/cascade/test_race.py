"""`tierwise run --race`: the local tier and the next one at once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.support.cascade import (
    MENDED,
    TASK,
    add_local,
    chat,
    no_worktrees_left,
    run,
    writing,
)
from tests.support.json_api import Call, JsonApi, Reply
from tests.support.repository import git
from tests.support.stand_in import Loopback

from tierwise.verify.client import Client
from tierwise.verify.turns import ScriptedTurn, say

WRONG = "def add(a, b):\n    return a * b\n"


@pytest.mark.client
def test_in_a_race_the_local_result_is_taken_when_it_passes_and_both_are_paid(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    api.main = writing(MENDED + "\n\n# from the cloud\n")

    def slow(call: Call) -> Reply:
        while len(api.requests) < 3:  # until the cloud has finished
            time.sleep(0.02)
        return chat(MENDED)

    with JsonApi(slow) as server:
        project = add_local(
            tmp_path / "project",
            server.url,
            newest_client.path,
            "prices:\n  qwen: {input: 1, output: 2}\n",
        )
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)

    costs = {entry["tier"]: entry["cost_usd"] for entry in ended.record["attempts"]}
    assert (ended.code, ended.record["tier"]) == (0, "local")
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert costs["local"] == pytest.approx(0.0012)
    assert costs["mid"] > 0
    assert ended.record["cost_usd"] == pytest.approx(sum(costs.values()))
    assert no_worktrees_left(project, home)


@pytest.mark.client
def test_in_a_race_the_other_result_is_taken_when_the_local_one_fails(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    api.main = writing(MENDED)
    with JsonApi(lambda call: chat(WRONG)) as server:
        project = add_local(tmp_path / "project", server.url, newest_client.path)
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)
    assert (ended.code, ended.record["tier"]) == (0, "mid")
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert {entry["tier"]: entry["accepted"] for entry in ended.record["attempts"]} == {
        "local": False,
        "mid": True,
    }


@pytest.mark.client
def test_a_passing_local_result_stops_the_other_racer(
    tmp_path: Path, home: Path, api: Loopback, newest_client: Client
) -> None:
    def endless(request: object) -> ScriptedTurn:
        return say("late").but(delay=60)

    api.main = endless
    with JsonApi(lambda call: chat(MENDED)) as server:
        project = add_local(tmp_path / "project", server.url, newest_client.path)
        ended = run(TASK, "--race", cwd=project, home=home, url=api.url)
    assert ended.record["tier"] == "local"
    assert {entry["tier"]: entry["stop"] for entry in ended.record["attempts"]} == {
        "local": "done",
        "mid": "cancelled",
    }

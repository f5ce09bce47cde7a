"""Gates inside a session of the real client: mended in the same session, else the next spawn goes a tier up."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.support.cascade import BROKEN, MENDED, TEST
from tests.support.policies import synced
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.turns import read, write
from tests.support.wire import on_wire

from tierwise import ledger
from tierwise.verify.client import Client
from tierwise.verify.turns import ScriptedTurn, say, spawn, use

pytestmark = pytest.mark.client

POLICY = f"""
extends: balanced
mode: manual
agents: {{implementer: light}}
automated:
  unit-tests: {sys.executable} -m unittest -q
gates:
  in_session: {{implementer: [syntax, tests]}}
"""
WRONG = [
    "def add(a, b):\n    return a * b\n",
    "def add(a, b):\n    return b - a\n",
    "def add(a, b):\n    return 0\n",
]
PROMPT = "Mend add() in app.py."


@pytest.fixture
def gated(repository: Path) -> Path:
    (repository / "app.py").write_text(BROKEN)
    (repository / "test_app.py").write_text(TEST)
    (repository / ".gitignore").write_text("__pycache__/\n")
    synced(repository, POLICY)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: add")
    return repository


def works(repository: Path, *contents: str) -> list[ScriptedTurn]:
    """An agent that reads the file, then writes one content after the other, stopping after each."""
    path = repository / "app.py"
    turns = [use(read(path))]
    for number, content in enumerate(contents, 1):
        turns += [use(write(path, content)), say(f"Try {number} is done.")]
    return turns


def ask(client: Client, api: Loopback, repository: Path, home: Path) -> None:
    answer = client.ask(
        "go", "--allowedTools", "Read,Edit,Write", cwd=repository, home=home, url=api.url
    )
    assert answer.code == 0


def gate_rows(repository: Path) -> list[dict[str, object]]:
    return [row for row in ledger.read(str(repository)) if row["row"] == "gate"]


def test_an_agent_mends_its_work_in_the_same_session(
    newest_client: Client, api: Loopback, gated: Path, home: Path
) -> None:
    api.main = [use(spawn("implementer", PROMPT, run_in_background=False)), say("over")]
    api.agents["implementer"] = works(gated, WRONG[0], MENDED)

    ask(newest_client, api, gated, home)

    requests = api.of_agent("implementer")
    assert any("Tierwise checked your changes" in request.text for request in requests)
    assert any("AssertionError: 6 != 5" in request.text for request in requests)
    assert len({request.agent_id for request in requests}) == 1
    assert (gated / "app.py").read_text() == MENDED
    assert [row["failed"] for row in gate_rows(gated)] == [["tests"], []]


def test_the_third_failure_sends_the_next_spawn_a_tier_up_and_tells_the_main_session(
    newest_client: Client, api: Loopback, gated: Path, home: Path
) -> None:
    # The stand-in knows a spawn by its prompt and tierwise a task by its words: so two sessions, the same prompt.
    api.main = [use(spawn("implementer", PROMPT, run_in_background=False)), say("over")]
    api.agents["implementer"] = works(gated, *WRONG)
    ask(newest_client, api, gated, home)
    first = api.of_agent("implementer")[0].model
    told = api.of_main()[-1].text

    api.main = [use(spawn("implementer", PROMPT, run_in_background=False)), say("over")]
    api.agents["implementer"] = works(gated, MENDED)
    count = len(api.of_agent("implementer"))
    ask(newest_client, api, gated, home)
    second = api.of_agent("implementer")[count].model

    assert [first, second] == [
        on_wire(newest_client.version, tier, "")[0] for tier in ("haiku", "sonnet")
    ]
    assert "Tierwise: implementer on light failed tests after 2 returns" in told
    assert [row["failed"] for row in gate_rows(gated)] == [["tests"], ["tests"], ["tests"], []]
    decisions = [row for row in ledger.read(str(gated)) if row["row"] == "decision"]
    assert [row["marked"] for row in decisions] == [0, 1]


def test_a_file_that_returns_to_an_earlier_content_is_told_to_the_agent(
    newest_client: Client, api: Loopback, gated: Path, home: Path
) -> None:
    api.main = [use(spawn("implementer", PROMPT, run_in_background=False)), say("over")]
    path = gated / "app.py"
    api.agents["implementer"] = [
        use(read(path)), use(write(path, WRONG[0])), use(write(path, BROKEN)), use(write(path, MENDED)), say("Done."),
    ]  # fmt: skip

    ask(newest_client, api, gated, home)

    assert any(
        "app.py is back to an earlier content" in request.text
        for request in api.of_agent("implementer")
    )


def test_without_gates_in_the_policy_an_agent_stops_unchecked(
    newest_client: Client, api: Loopback, gated: Path, home: Path
) -> None:
    synced(gated, POLICY.replace("in_session: {implementer: [syntax, tests]}", "in_session: {}"))
    api.main = [use(spawn("implementer", PROMPT, run_in_background=False)), say("over")]
    api.agents["implementer"] = works(gated, WRONG[0])

    ask(newest_client, api, gated, home)

    assert (gated / "app.py").read_text() == WRONG[0]
    assert gate_rows(gated) == []

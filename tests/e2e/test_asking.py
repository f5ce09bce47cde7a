"""A small model asked about what is unclear, by the plugin's module in the real client, read off the wire."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.hook import rows
from tests.support.stand_in import Loopback
from tests.support.turns import fail

from tierwise.verify.client import Client, ClientAnswer
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, spawn, use

pytestmark = pytest.mark.client

HAIKU, SONNET, OPUS = "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"
POLICY = "version: 1\nextends: balanced\nrouting: {{ask: {{tier: light}}}}\nsession: {{routing: {routing}}}\n"
UNCLEAR = "Do task 4 of the plan"
DOCS = say("docs: documentation, README, guides")
TRUSTED = {"TIERWISE_TRUST": "1", "TIERWISE_DEADLINE_MS": "10000"}


def write_policy(repository: Path, routing: str) -> None:
    (repository / "tierwise.yaml").write_text(POLICY.format(routing=routing))
    done = tierwise(repository, "sync", env=TRUSTED)
    assert done.returncode == 0, done.stderr


def is_question(request: Request) -> bool:
    return "You are a classifier" in request.system


def script(word: ScriptedTurn, work: Sequence[ScriptedTurn]) -> Callable[[Request], ScriptedTurn]:
    """The model that is asked says ``word``; the main conversation goes through ``work``."""
    left = iter(work)

    def answer(request: Request) -> ScriptedTurn:
        return word if is_question(request) else next(left, say("Done."))

    return answer


def ask(
    client: Client, prompt: str, checkout: Path, root: Path, home: Path, url: str
) -> ClientAnswer:
    return client.ask(
        prompt,
        *("--plugin-dir", str(checkout), "--model", "opus"),
        cwd=root,
        home=home,
        url=url,
        env=TRUSTED,
    )


def test_an_agent_runs_where_the_asked_model_puts_it(
    modern_client: Client, api: Loopback, checkout: Path, repository: Path, home: Path
) -> None:
    write_policy(repository, "off")
    api.main = script(DOCS, [use(spawn("general-purpose", UNCLEAR, description="Task 4"))])
    answer = ask(modern_client, "Go", checkout, repository, home, api.url)
    questions = [request for request in api.requests if is_question(request)]
    assert [request.model for request in questions] == [HAIKU]
    assert UNCLEAR in questions[0].text
    assert api.spawned("general-purpose").model == HAIKU
    (told,) = rows(repository, "ask")
    assert (told["kind"], told["fault"], told["where"]) == ("docs", "", "spawn")
    (decision,) = rows(repository)
    assert decision["answered"]["local_tier"] == "mid"
    assert HAIKU in answer.result["modelUsage"]  # counted by the client itself


def test_a_turn_runs_where_the_asked_model_puts_it(
    newest_client: Client, api: Loopback, checkout: Path, repository: Path, home: Path
) -> None:
    write_policy(repository, "on")
    planning = say("planning: planning a feature, choosing an approach")
    api.main = script(planning, [])
    ask(newest_client, UNCLEAR, checkout, repository, home, api.url)
    models = [request.model for request in api.of_main() if not is_question(request)]
    assert models == [OPUS]  # planning goes up; the local reading would have stayed on mid
    (turn,) = rows(repository, "turn")
    assert (turn["kind"], turn["fault"]) == ("planning", "")


@pytest.mark.parametrize("word", [fail(529), say("late").but(delay=4.0)])
def test_without_a_usable_answer_the_local_reading_stands(
    word: ScriptedTurn,
    newest_client: Client,
    api: Loopback,
    checkout: Path,
    repository: Path,
    home: Path,
) -> None:
    write_policy(repository, "off")
    api.main = script(word, [use(spawn("general-purpose", UNCLEAR, description="Task 4"))])
    answer = ask(newest_client, "Go", checkout, repository, home, api.url)
    assert answer.text == "Done."
    assert api.spawned("general-purpose").model == SONNET
    (told,) = rows(repository, "ask")
    assert told["kind"] == ""
    assert re.fullmatch(r"|no answer|no answer in time", told["fault"])

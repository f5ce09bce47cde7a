"""The main conversation routed by the plugin's module, in the real client, read off the wire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.hook import rows
from tests.support.plugin_session import PATIENT, set_routing, talk
from tests.support.stand_in import Loopback
from tests.support.turns import bash

from tierwise.verify.client import Client, ClientSession
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, ScriptedUsage, ToolCall, say, use

pytestmark = pytest.mark.client

HAIKU, SONNET, OPUS = "claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"
CACHED = ScriptedUsage(input=10, output=5, cache_read=60_000, cache_write_5m=1_000)
SMALL = ScriptedUsage(input=10, output=5, cache_read=9_000, cache_write_5m=1_000)
GIT = "git -c user.name=x -c user.email=x@example.com"


@pytest.fixture
def project(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


class Talk:
    """One conversation, turn by turn, and what each turn put on the wire."""

    def __init__(self, session: ClientSession, api: Loopback) -> None:
        self._session = session
        self._api = api

    def say(self, prompt: str, *answers: ScriptedTurn) -> list[tuple[str, str | None]]:
        """Say something; the model and effort of each request that follows."""
        self._api.forget()
        left = iter(answers)

        def answer(_request: Request) -> ScriptedTurn:
            return next(left, say("Done.")).but(usage=CACHED)

        self._api.main = answer
        self._session.ask(prompt)
        return [(request.model, request.effort) for request in self._api.of_main()]


def writes(project: Path, count: int) -> ScriptedTurn:
    """An answer that writes this many code files."""
    inputs = [{"file_path": str(project / f"m{n}.py"), "content": "x = 1\n"} for n in range(count)]
    return use(*(ToolCall("Write", one) for one in inputs))


def test_twelve_turns_run_on_the_decided_models(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    with talk(modern_client, api, checkout, project, home) as session:
        conversation = Talk(session, api)
        said = conversation.say
        commit = bash(f"{GIT} commit --allow-empty -qm 'feat: x'")
        fails = bash("exit 3")
        assert said("Add a helper to the parser") == [(SONNET, "medium")]
        few = said("Add a flag to the command", writes(project, 2))
        assert [model for model, _ in few] == [SONNET, SONNET]
        many = said("Add a button to each page", writes(project, 6))
        assert [model for model, _ in many] == [SONNET, OPUS]  # up within the turn
        more = said("Add one more button", writes(project, 1))
        assert more[0] == (OPUS, "medium")  # it stays for the task, with the person's own effort
        assert said("Commit it", use(commit))[0][0] == HAIKU  # an operation is light
        assert said("Add a test for it")[0][0] == SONNET  # down at a new task
        assert said("[tier: light] Say hello") == [(HAIKU, "medium")]
        assert said("Add a button to the page")[0][0] == SONNET
        assert said("[tier: frontier] Say hello") == [(OPUS, "high")]
        stuck = said("Add a second button", use(fails), use(fails), use(fails))
        assert [model for model, _ in stuck] == [SONNET, SONNET, SONNET, OPUS]
        assert said("Commit it", use(commit))[0][0] == OPUS  # it was stuck: up for the whole task
        assert said("Add a label")[0][0] == SONNET
        assert said("It still fails with the same error again")[0][0] == OPUS
    told = rows(project, "turn")
    assert [row["fault"] for row in told] == [""] * 13
    assert [row["tier"] for row in told][:3] == ["mid", "mid", "frontier"]
    assert told[2]["label"] == "code-in-6-or-more"
    assert told[8]["served"][0]["effort"] == "high"
    assert {row["session_id"] for row in told} == {told[0]["session_id"]}
    written = json.dumps(told)
    assert "helper" not in written and "hello" not in written


def writes_again(project: Path, content: str) -> ScriptedTurn:
    """An answer that writes one code file with this content."""
    return use(ToolCall("Write", {"file_path": str(project / "again.py"), "content": content}))


def test_a_file_that_goes_in_circles_raises_the_turn(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    with talk(newest_client, api, checkout, project, home) as session:
        said = Talk(session, api).say
        onward = [writes_again(project, f"x = {number}\n") for number in range(3)]
        assert [model for model, _ in said("Add a helper", *onward)] == [SONNET] * 4
        circle = [writes_again(project, f"y = {number % 2}\n") for number in range(3)]
        raised = [model for model, _ in said("Add a flag", *circle)]
        assert raised == [SONNET, SONNET, SONNET, OPUS]
    assert rows(project, "turn")[-1]["reason"] == "again.py is back to an earlier content"


def test_shadow_records_and_changes_nothing(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    set_routing(project, "shadow")
    with talk(newest_client, api, checkout, project, home) as session:
        assert Talk(session, api).say("Add a helper to the parser")[0][0] == OPUS
    (row,) = rows(project, "turn")
    assert (row["routing"], row["tier"]) == ("shadow", "mid")
    assert row["served"][0]["model"] == OPUS


def test_a_commands_own_model_wins(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    with talk(modern_client, api, checkout, project, home) as session:
        conversation = Talk(session, api)
        light = conversation.say("/tierwise:light the third item", writes(project, 6))
        assert [model for model, _ in light] == [HAIKU, HAIKU]  # large, but the person's word
        named = conversation.say("[tier: light] Add a label to each page", writes(project, 6))
        assert [model for model, _ in named] == [HAIKU, HAIKU]
        assert conversation.say("/tierwise:frontier the third item")[0][0] == OPUS
        assert conversation.say("Add a helper to the parser")[0][0] == SONNET


def test_the_session_command_pins_pauses_and_resumes(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    with talk(newest_client, api, checkout, project, home) as session:
        said = Talk(session, api).say

        def do(action: str) -> None:
            begun = said(f"/tierwise:session {action}", use(bash(f"tierwise session {action}")))
            assert begun[0][0] == HAIKU  # the command's own model

        assert said("Add a helper to the parser")[0][0] == SONNET
        do("show")
        do("pin light")
        assert said("Add a flag to the command")[0][0] == HAIKU
        do("pause")
        assert said("Add a label")[0][0] == OPUS  # the person's own model
        do("resume")
        assert said("Add a label")[0][0] == SONNET


def test_a_handoff_ends_the_task(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    notes = project / ".tierwise" / "local" / "handoff.md"
    writes_notes = use(ToolCall("Write", {"file_path": str(notes), "content": "# State\n"}))
    with talk(newest_client, api, checkout, project, home) as session:
        said = Talk(session, api).say
        assert said("Add a button to each page", writes(project, 6))[-1][0] == OPUS
        assert said("/tierwise:handoff mid", writes_notes)[0][0] == OPUS
        assert said("Add a label")[0][0] == SONNET


def test_plan_mode_goes_up(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    answer = modern_client.ask(
        "Add a helper to the parser",
        *("--plugin-dir", str(checkout), "--model", "sonnet", "--permission-mode", "plan"),
        cwd=project,
        home=home,
        url=api.url,
        env=PATIENT,
    )
    assert answer.code == 0
    assert api.of_main()[0].model == OPUS


def test_on_the_persons_model_the_sessions_effort_stays_but_for_assigned_work(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    set_routing(project, "on\n  prefer: quality\n  effort: low")
    with talk(newest_client, api, checkout, project, home) as session:
        said = Talk(session, api).say
        assert said("Add a helper to the parser") == [(OPUS, "low")]
        assert said("Review the authentication code for security holes") == [(OPUS, "high")]
        assert said("Add a label") == [(OPUS, "low")]


def test_a_resumed_conversation_goes_on_where_it_was(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    api.default = say("Done.").but(usage=CACHED)
    api.main = [writes(project, 6).but(usage=CACHED)]
    options = ("--plugin-dir", str(checkout), "--model", "opus", "--allowedTools", "Write")
    places = {"cwd": project, "home": home, "url": api.url, "env": PATIENT}
    first = modern_client.ask("Add a button to each page", *options, **places)  # type: ignore[arg-type]
    api.forget()
    more = ("--resume", first.session)
    modern_client.ask("Add one more button", *options, *more, **places)  # type: ignore[arg-type]
    assert api.of_main()[0].model == OPUS


def test_a_resumed_conversation_is_routed_on_from_the_model_that_served_it(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    api.default = say("Done.").but(usage=CACHED)
    options = ("--plugin-dir", str(checkout), "--allowedTools", "Write")
    places = {"cwd": project, "home": home, "url": api.url, "env": PATIENT}
    begun = ("--model", "opus", *options)
    first = modern_client.ask("[tier: light] Add a label", *begun, **places)  # type: ignore[arg-type]
    resumed = ("--resume", first.session, *options)
    modern_client.ask("Add a helper to the parser", *resumed, **places)  # type: ignore[arg-type]
    assert [request.model for request in api.of_main()] == [HAIKU, SONNET]
    told = [(row["routing"], row["own_model"]) for row in rows(project, "turn")]
    assert told == [("on", OPUS), ("on", OPUS)]


@pytest.mark.slow
def test_compaction_keeps_the_tier_a_typed_model_ends_routing_and_clear_begins_anew(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    with talk(modern_client, api, checkout, project, home) as session:
        said = Talk(session, api).say
        assert said("Add a button to each page", writes(project, 6))[-1][0] == OPUS
        assert {model for model, _ in said("/compact")} == {OPUS}
        assert said("Add one more button", writes(project, 1))[0][0] == OPUS
        assert said("/model haiku") == []
        assert said("Add a label")[0][0] == HAIKU
        assert said("/clear") == []
        assert said("Add a label")[0][0] == SONNET
    told = rows(project, "turn")
    assert [row["routing"] for row in told] == ["on", "on", "paused", "on"]
    assert len({row["session_id"] for row in told}) == 2


@pytest.mark.slow
def test_a_replay_tells_what_the_session_did(
    modern_client: Client, api: Loopback, checkout: Path, project: Path, home: Path
) -> None:
    def do(action: str) -> tuple[str, list[ScriptedTurn]]:
        return f"/tierwise:session {action}", [use(bash(f"tierwise session {action}"))]

    commit = use(bash(f"{GIT} commit --allow-empty -qm 'feat: x'"))
    conversation = [
        ("Add a helper to the parser", [writes(project, 1)]),
        ("/tierwise:light the third item", [writes(project, 1)]),
        ("/model haiku", []),
        ("Add a button to each page", [writes(project, 6)]),
        do("resume"),
        ("Add a button to each page", [writes(project, 6)]),
        ("/compact", []),
        ("[tier: light] Add one more button", [writes(project, 6)]),
        do("pin light"),
        ("Add a button to each page", [writes(project, 6)]),
        do("pause"),
        ("[tier: mid] Add a label", [writes(project, 1)]),
        do("resume"),
        ("Commit it", [use(bash("git status")), commit]),
        ("/model opus", []),
        ("Add a label", [writes(project, 1)]),
        ("/clear", []),
        ("Add a label", [writes(project, 1)]),
    ]
    with talk(modern_client, api, checkout, project, home) as session:
        for prompt, answers in conversation:
            left = iter(answers)
            api.main = lambda _request, left=left: next(left, say("Done.")).but(usage=CACHED)
            session.ask(prompt)
    tiers = {HAIKU: "light", SONNET: "mid", OPUS: "frontier"}
    told = rows(project, "turn")
    did = [[tiers[one["model"]] for one in row["served"]] for row in told]
    done = tierwise(project, "replay", "--json", "--no-store", "--root", str(home / ".claude"))
    assert done.returncode == 0, done.stderr
    replayed = json.loads(done.stdout)["turn_rows"]
    replayed.sort(key=lambda row: row["session"] != told[0]["session_id"])
    assert [(row["first_tier"], row["last_tier"]) for row in replayed] == [
        (served[0], served[-1]) for served in did
    ]
    assert [row["routing"] for row in told].count("paused") == 3
    assert told[1]["tier"] == "light"

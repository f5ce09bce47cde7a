"""`tierwise run --engine api`: the anthropic SDK against a loopback API, streamed and in batches."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.support.api_calls import ASK, ask, until
from tests.support.cascade import MENDED, TASK, command, run, run_environment, tree_of
from tests.support.repository import git
from tests.support.stand_in import Loopback
from tests.support.turns import fail

from tierwise.cascade.engines.api import api_engine
from tierwise.cascade.model import Answer, Order, TierSpec
from tierwise.verify.turns import ScriptedUsage, say

pytestmark = pytest.mark.slow

# Python sees a signal that comes just before a read blocks when that read returns.
IN_ITS_READ = 1.0


def test_one_answer_is_streamed_printed_and_paid_for(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = [say("add() adds again.", usage=ScriptedUsage(input=1000, output=100))]

    ended = ask(project, home, api.url, "--from", "light")

    assert ended.code == 0
    assert ended.record["answer"] == "add() adds again."
    # Haiku 5.5: $0.1 and $0.5 per million tokens.
    assert ended.record["cost_usd"] == pytest.approx(1000 * 0.1e-6 + 100 * 0.5e-6)
    assert ended.record["attempts"][0]["gates"][0]["name"] == "diff"


def test_the_stable_part_is_sent_for_the_cache_and_the_effort_of_the_tier(
    project: Path, home: Path, api: Loopback
) -> None:
    (project / "log.txt").write_text("The log of the build.")
    ask(project, home, api.url, "--from", "mid", "--context", "log.txt")

    request = api.requests[0]
    assert (request.model, request.effort) == ("claude-sonnet-5-5", "medium")
    assert request.body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert "The log of the build." in request.system
    assert (
        "The log of the build." not in request.text
        and ASK in request.text
        and ASK not in request.system
    )
    assert request.body["stream"] is True


@pytest.mark.parametrize("status", [429, 529])
def test_a_busy_api_is_asked_again(project: Path, home: Path, api: Loopback, status: int) -> None:
    api.main = [fail(status), say("done")]

    ended = ask(project, home, api.url)

    assert ended.code == 0
    assert len(ended.record["attempts"]) == 1


def order_for(seconds: float) -> Order:
    """An order for one answer of the lowest tier."""
    spec = TierSpec(tier="light", model="haiku", effort="low", provider="claude", base_url=None)
    return Order(
        prompt="Say one word",
        stable="",
        spec=spec,
        folder="",
        max_usd=1.0,
        seconds=seconds,
        session="s",
        edits=False,
    )


def attempt(api: Loopback, seconds: float, monkeypatch: pytest.MonkeyPatch) -> Answer:
    """One attempt within so many seconds."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    engine = api_engine(lambda model, usage: 0.0, base_url=api.url)
    return engine(order_for(seconds), lambda line: None)


def test_the_time_limit_is_of_all_tries_together(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.main = lambda request: say("late").but(delay=6.0)
    answer = attempt(api, 1.0, monkeypatch)
    assert (answer.stop, answer.detail) == ("unavailable", "no answer within 1 s")
    assert len(api.requests) == 1


def test_a_server_that_is_busy_for_longer_is_not_waited_for(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.main = lambda request: fail(429, headers={"retry-after": "3600"})
    answer = attempt(api, 60.0, monkeypatch)
    assert (answer.stop, len(api.requests)) == ("unavailable", 1)
    assert answer.detail.startswith("HTTP 429")


def test_the_server_says_whether_it_is_asked_again(
    api: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.main = lambda request: fail(529, headers={"x-should-retry": "false", "retry-after": "0"})
    assert attempt(api, 60.0, monkeypatch).stop == "unavailable"
    assert len(api.requests) == 1


def test_an_api_that_stays_busy_is_given_up(api: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    api.main = lambda request: fail(529)
    assert attempt(api, 60.0, monkeypatch).stop == "unavailable"
    assert len(api.requests) == 5


def test_a_refused_key_ends_the_run_at_once(project: Path, home: Path, api: Loopback) -> None:
    api.main = [fail(401)]

    ended = ask(project, home, api.url)

    assert (ended.code, ended.record["stop"], len(api.requests)) == (4, "unavailable", 1)


def test_the_budget_bounds_the_answers_length_and_refuses_what_it_cannot_pay(
    project: Path, home: Path, api: Loopback
) -> None:
    ask(project, home, api.url, "--from", "frontier", "--max-usd", "0.02")
    assert 64 <= api.requests[0].body["max_tokens"] < 1000

    ended = ask(project, home, api.url, "--from", "frontier", "--max-usd", "0.001")
    assert (ended.code, ended.record["stop"]) == (3, "budget-spent")
    assert len(api.requests) == 1


def test_an_answer_with_files_becomes_a_branch(project: Path, home: Path, api: Loopback) -> None:
    api.main = [say(f"=== FILE: app.py\n{MENDED}=== END\n")]

    ended = run(TASK, "--engine", "api", "--path", "app.py", cwd=project, home=home, url=api.url)

    assert ended.code == 0
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED
    assert "return a - b" in api.requests[0].text


@pytest.mark.parametrize("path", ["../outside.py", "/tmp/outside.py", ".git/hooks/pre-commit"])
def test_an_answer_cannot_write_outside_the_worktree(
    project: Path, home: Path, api: Loopback, path: str
) -> None:
    api.default = say(f"=== FILE: {path}\nx\n=== END\n")
    before = tree_of(project)

    ended = run(TASK, "--engine", "api", "--from", "frontier", cwd=project, home=home, url=api.url)

    assert ended.code == 3
    assert tree_of(project) == before
    assert not list(project.parent.rglob("outside.py"))


def test_an_answer_must_satisfy_the_schema_that_the_gate_names(
    project: Path, home: Path, api: Loopback
) -> None:
    (project / "answer.json").write_text('{"type": "object", "required": ["label"]}')
    with (project / "tierwise.yaml").open("a") as policy:
        policy.write("gates: {answer_schema: answer.json}\n")
    api.main = [say('{"text": 1}'), say('```json\n{"label": "bug"}\n```')]

    ended = ask(project, home, api.url, "--gate", "schema")

    assert [entry["accepted"] for entry in ended.record["attempts"]] == [False, True]
    assert (
        "$: 'label' is a required property" in ended.record["attempts"][0]["gates"][-1]["evidence"]
    )


def test_a_commit_message_must_pass_the_projects_own_check(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = [say("Fixed the adding"), say("fix: add instead of subtracting")]

    ended = run(
        "Write the commit message",
        "--kind",
        "commit-message",
        "--engine",
        "api",
        cwd=project,
        home=home,
        url=api.url,
    )

    assert ended.record["answer"] == "fix: add instead of subtracting"
    assert [entry["why"] for entry in ended.record["attempts"]] == [
        "gate commit-message failed",
        "",
    ]


def test_a_judge_below_its_threshold_is_no_pass_and_its_cost_is_counted(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = lambda request: say(
        '{"score": 0.6, "reason": "vague"}'
        if "You judge" in request.text
        else "It changes things.",
        usage=ScriptedUsage(input=100_000),
    )

    ended = ask(project, home, api.url, "--gate", "judge", "--from", "frontier")

    judged = ended.record["attempts"][0]["gates"][-1]
    assert ended.code == 3
    assert (judged["passed"], judged["score"]) == (False, 0.6)
    assert judged["cost_usd"] == pytest.approx(100_000 * 0.1e-6 + 5 * 0.5e-6)
    assert ended.record["cost_usd"] > 2 * judged["cost_usd"]


def test_an_accepted_result_is_offered_to_the_next_task_of_its_kind_when_the_policy_says_so(
    project: Path, home: Path, api: Loopback
) -> None:
    api.default = say("add() adds again.")
    ask(project, home, api.url, "--from", "light")
    assert not (project / ".tierwise/local/examples").exists()
    with (project / "tierwise.yaml").open("a") as policy:
        policy.write("reuse: {enabled: true}\n")
    for _ in range(2):
        ended = ask(project, home, api.url, "--from", "light")

    assert ["that was accepted before" in request.text for request in api.requests] == [
        False,
        False,
        True,
    ]
    assert ended.record["attempts"][0]["example"] is True


@pytest.mark.parametrize(
    "headers", [{}, {"content-length": "99999"}], ids=["ends-early", "breaks-off"]
)
def test_half_an_answer_is_never_taken_for_one(
    project: Path, home: Path, api: Loopback, headers: dict[str, str]
) -> None:
    api.main = lambda request: say("Half an ans").but(cut_after=3, headers=headers)

    ended = ask(project, home, api.url)

    assert (ended.code, ended.record["stop"], ended.record["answer"]) == (4, "unavailable", None)
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["unavailable", "unavailable"]


def test_an_answer_longer_than_its_limit_is_a_failure_of_the_tier_not_of_the_budget(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = lambda request: (
        say("On and on").but(stop_reason="max_tokens")
        if "haiku" in request.model
        else say("Short.")
    )

    ended = ask(project, home, api.url, "--from", "light")

    assert (ended.code, ended.record["tier"], ended.record["answer"]) == (0, "mid", "Short.")
    assert [entry["stop"] for entry in ended.record["attempts"]] == [
        "truncated",
        "done",
    ]


def test_a_prompt_that_is_too_long_for_a_tier_goes_straight_up(
    project: Path, home: Path, api: Loopback
) -> None:
    too_long = fail(400, error="prompt is too long: 250000 tokens > 200000 maximum")
    api.main = lambda request: too_long if "haiku" in request.model else say("Short.")

    ended = ask(project, home, api.url, "--from", "light")

    assert (ended.code, ended.record["tier"]) == (0, "mid")
    assert [entry["stop"] for entry in ended.record["attempts"]] == ["too-long", "done"]


def test_ctrl_c_ends_a_stream_without_an_answer(project: Path, home: Path, api: Loopback) -> None:
    api.main = lambda request: say("never").but(delay=20)
    process = subprocess.Popen(
        command(ASK, "--engine", "api", "--kind", "summary", "--json"), cwd=project,
        env=run_environment(home, api.url), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: bool(api.requests), process)
    time.sleep(IN_ITS_READ)
    process.send_signal(signal.SIGINT)

    assert json.loads(process.communicate(timeout=20)[0])["stop"] == "interrupted"
    assert process.returncode == 130

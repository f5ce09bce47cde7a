"""A small model asked about an unclear task by `tierwise run` and `tierwise route --ask`."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.support.cascade import make_project, run, run_environment
from tests.support.hook import rows
from tests.support.stand_in import Loopback
from tests.support.turns import fail
from tests.support.warm import run_tierwise

from tierwise import local_state
from tierwise.cascade.asking import find_label
from tierwise.routing.asking import STATE
from tierwise.verify.turns import ScriptedUsage, say

UNCLEAR = "Do task 4 of the plan"
ASKING = "extends: balanced\nrouting: {ask: {tier: light}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", "no-such-client", ASKING)


def route(
    project: Path, home: Path, url: str, *more: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    own = env or run_environment(home, url)
    return run_tierwise("route", *more, "--json", cwd=project, env=own)


def decide(project: Path, home: Path, url: str, *more: str) -> Any:
    done = route(project, home, url, *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_route_asks_once_and_remembers_the_answer(project: Path, home: Path, api: Loopback) -> None:
    api.main = [say("docs", usage=ScriptedUsage(input=800, output=2))]
    assert decide(project, home, api.url, UNCLEAR)["kind"] == "unknown"
    assert not api.requests  # only where the caller says so
    for _ in range(2):
        decision = decide(project, home, api.url, UNCLEAR, "--ask")
        assert (decision["tier"], decision["kind"]) == ("light", "docs")
    (request,) = api.requests
    assert request.model == "claude-haiku-5-5"
    assert "> Do task 4 of the plan" in request.text
    (row,) = rows(project, "ask")
    assert (row["where"], row["kind"], row["local_tier"]) == ("route", "docs", "mid")
    assert row["usd"] == pytest.approx(800 * 0.1e-6 + 2 * 0.5e-6)
    state = json.loads(local_state.read(str(project), STATE) or b"{}")
    assert state["usd"] == pytest.approx(row["usd"])
    assert UNCLEAR not in json.dumps(state)


@pytest.mark.slow
def test_what_is_clear_is_not_asked_about(project: Path, home: Path, api: Loopback) -> None:
    decide(project, home, api.url, "Write the README's section on installing", "--ask")
    assert not api.requests


@pytest.mark.slow
def test_without_an_answer_the_local_reading_stands(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = [fail(400)]
    done = route(project, home, api.url, UNCLEAR, "--ask")
    assert json.loads(done.stdout)["tier"] == "mid"
    (row,) = rows(project, "ask")
    assert row["fault"].startswith("light did not answer")
    assert "the local reading stands: light did not answer" in done.stderr


@pytest.mark.slow
def test_an_answer_that_names_no_kind_is_said(project: Path, home: Path, api: Loopback) -> None:
    api.main = [say("I cannot tell.")]
    done = route(project, home, api.url, UNCLEAR, "--ask")
    assert "it named none of the kinds" in done.stderr


@pytest.mark.slow
def test_where_no_model_can_be_asked_nothing_is_paid_and_it_is_said(
    project: Path, home: Path
) -> None:
    environment = run_environment(home, "")
    environment.pop("ANTHROPIC_API_KEY", None)
    done = route(project, home, "", UNCLEAR, "--ask", env=environment)
    assert done.returncode == 0
    assert "there are no credentials for the Messages API" in done.stderr
    (row,) = rows(project, "ask")
    assert row["usd"] == 0


def test_ask_without_a_policy_for_it_is_an_error(tmp_path: Path, home: Path) -> None:
    plain = make_project(tmp_path / "plain", "no-such-client", "extends: balanced\n")
    done = route(plain, home, "", UNCLEAR, "--ask")
    assert done.returncode == 2
    assert "routing.ask" in done.stderr


@pytest.mark.slow
def test_a_run_starts_where_the_asked_model_puts_it(
    project: Path, home: Path, api: Loopback
) -> None:
    api.main = [say("summary"), say("The plan has four tasks.")]
    ended = run(UNCLEAR, "--engine", "api", cwd=project, home=home, url=api.url)
    assert ended.record["kind"] == "summary", ended.progress
    assert [request.model for request in api.requests][:2] == ["claude-haiku-5-5"] * 2
    assert rows(project, "ask")[0]["where"] == "run"
    first, *later = rows(project, "attempt")
    assert first["answered"]["kind"] == "summary"
    assert not any("answered" in row for row in later)


@pytest.mark.slow
def test_a_dry_run_asks_nothing(project: Path, home: Path, api: Loopback) -> None:
    run(UNCLEAR, "--engine", "api", "--dry-run", cwd=project, home=home, url=api.url)
    assert not api.requests


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("docs", "docs: x"),
        (" **Docs**.\n", "docs: x"),
        ("docs: documentation", "docs: x"),
        ("it is docs", ""),
        ("", ""),
        ("security", ""),
    ],
)
def test_an_answer_names_one_of_the_kinds_or_none(said: str, label: str) -> None:
    assert find_label(said, ["docs: x", "tests: y"]) == label

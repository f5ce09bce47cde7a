"""The calls of `tierwise run` that spend nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import MENDED, TASK, make_project
from tests.support.cascade import tierwise_in_project as tierwise
from tests.support.json_api import JsonApi
from tests.support.trust import trust

from tierwise import ledger


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["", "--engine", "api"], 'the task is empty\n  Say it: tierwise run "…".'),
        ([TASK, "--from", "hig"], 'there is no tier "hig"'),
        ([TASK, "--from", "mid", "--to", "light", "--engine", "api"], "light is below mid"),
        ([TASK], "Claude Code was not found (no-such-client)"),
        ([TASK, "--gate", "tetss", "--engine", "api"], 'Did you mean "tests"?'),
        ([TASK, "--gate", "second-test", "--engine", "api"], "Name its tier there"),
        ([TASK, "--race", "--engine", "api"], "--race needs a local tier"),
        ([TASK, "--engine", "openai", "--from", "mid"], "no OpenAI-compatible endpoint"),
        ([TASK, "--max-usd", "0"], "0"),
        ([TASK, "--max-usd", "nan"], "nan is no finite number"),
        ([TASK, "--max-usd", "inf"], "inf is no finite number"),
        ([TASK, "--context", "."], "is a directory"),
        ([TASK, "--context", "missing.txt"], "does not exist"),
        ([TASK, "--kind", "doc"], 'Did you mean "docs"?'),
        ([TASK, "--batch", "--engine", "claude"], "--batch is the api engine's"),
        (
            ["Change the password check in src/auth/login.py", "--to", "light", "--engine", "api"],
            "not to run below frontier",
        ),
    ],
)
def test_a_bad_call_is_refused_with_its_remedy_before_anything_is_spent(
    project: Path, arguments: list[str], words: str
) -> None:
    done = tierwise(project, "run", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--engine", "api"], ["--batch"]])
def test_without_credentials_nothing_is_written(project: Path, arguments: list[str]) -> None:
    done = tierwise(project, "run", TASK, *arguments, key=False)
    assert done.returncode == 2
    assert "Set ANTHROPIC_API_KEY" in done.stderr
    assert json.loads(tierwise(project, "runs", "--json").stdout) == []


@pytest.mark.slow
def test_outside_of_git_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/tierwise.yaml").write_text("version: 1\n")
    done = tierwise(tmp_path / "plain", "run", TASK)
    assert done.returncode == 2
    assert "a run needs a git repository" in done.stderr


@pytest.mark.slow
def test_no_kind_fakes_a_line_of_a_dry_run(project: Path) -> None:
    kind = '"x\\nforged"'
    text = f"kinds: {{{kind}: {{words: [zebra]}}}}\nroutes: {{{kind}: light}}\n"
    (project / "tierwise.yaml").write_text(text)
    done = tierwise(project, "run", "paint the zebra", "--dry-run", "--engine", "api")
    assert "kind x\\u000aforged (" in done.stdout


@pytest.mark.slow
def test_a_dry_run_says_what_would_happen(project: Path) -> None:
    done = tierwise(
        project, "run", TASK, "--dry-run", "--json", "--engine", "api", "--from", "light"
    )
    record = json.loads(done.stdout)
    assert (done.returncode, record["stop"]) == (0, "planned")
    assert record["ladder"] == ["light", "mid", "frontier"]
    assert record["gates"] == [
        "diff",
        "paths",
        "syntax",
        "tests-intact",
        "special-cases",
        "tests",
        "tests-as-they-were",
    ]
    assert any("too little data" in note for note in record["notes"])


@pytest.mark.slow
def test_work_with_a_right_answer_is_answered_with_its_command_in_the_record_of_every_run(
    project: Path,
) -> None:
    planned = json.loads(
        tierwise(project, "run", TASK, "--engine", "api", "--dry-run", "--json").stdout
    )
    done = tierwise(project, "run", "run the unit tests", "--json")
    record = json.loads(done.stdout)
    assert (done.returncode, record["stop"], record["cost_usd"]) == (0, "automated", 0.0)
    assert set(record) - {"command"} == set(planned)


@pytest.mark.slow
def test_a_tier_that_does_not_pay_on_the_users_ledger_is_skipped_and_said(project: Path) -> None:
    for number in range(20):
        for tier, usd, accepted in (("light", 0.9, False), ("frontier", 1.0, True)):
            row = {
                "row": "attempt",
                "run": f"r{number}",
                "tier": tier,
                "cost_usd": usd,
                "stop": "done",
            }
            ledger.append(str(project), {**row, "accepted": accepted, "kind": "docs"})
            ledger.append(
                str(project),
                {**row, "run": f"m{number}", "tier": "mid", "cost_usd": 0.95, "accepted": False},
            )
    record = json.loads(
        tierwise(
            project, "run", TASK, "--dry-run", "--json", "--engine", "api", "--from", "light"
        ).stdout
    )
    assert record["ladder"] == ["frontier"]
    assert [entry["tier"] for entry in record["skipped"]] == ["mid", "light"]


@pytest.mark.parametrize(
    "arguments",
    [("gate", "--seconds", "nan"), ("runs", "last", "--summary"), ("escalate", "x", "--list")],
)
def test_options_that_would_be_passed_over_are_refused(
    project: Path, arguments: tuple[str, ...]
) -> None:
    done = tierwise(project, *arguments)
    assert done.returncode == 2 and "Error: " in done.stderr


@pytest.mark.slow
def test_work_that_needs_no_model_has_a_record_with_every_key(project: Path) -> None:
    (project / "tierwise.yaml").write_text("version: 1\nautomated: {lint: ruff check .}\n")
    trust(project)
    answered = json.loads(tierwise(project, "run", "run the linter", "--json").stdout)
    planned = json.loads(
        tierwise(project, "run", TASK, "--dry-run", "--engine", "api", "--json").stdout
    )
    assert (answered["tier"], answered["command"], answered["cost_usd"]) == (
        "automated",
        "ruff check .",
        0,
    )
    assert set(answered) == {*planned, "command"}


@pytest.mark.slow
def test_json_is_printed_for_a_refused_call_too(project: Path) -> None:
    done = tierwise(project, "run", TASK, "--from", "hig", "--json")
    record = json.loads(done.stdout)
    assert (done.returncode, record["stop"]) == (2, "refused")
    assert record["error"]["message"] == 'there is no tier "hig"'
    assert 'there is no tier "hig"' in done.stderr


@pytest.mark.slow
def test_without_a_verifier_a_run_starts_at_the_top_or_stops(project: Path) -> None:
    policy = (project / "tierwise.yaml").read_text().split("automated:")[0]
    (project / "tierwise.yaml").write_text(f"{policy}escalation: {{engine: api}}\n")
    asked = (TASK, "--from", "light", "--dry-run", "--json")
    planned = json.loads(tierwise(project, "run", *asked).stdout)
    assert planned["ladder"] == ["frontier"]
    assert any("no command and no judge checks" in note for note in planned["notes"])
    done = tierwise(project, "run", *asked, "--to", "mid")
    assert (done.returncode, json.loads(done.stdout)["stop"]) == (3, "unverified")


@pytest.mark.slow
def test_the_budget_binds_on_an_openai_tier_with_a_price(tmp_path: Path) -> None:
    answer = {
        "choices": [{"message": {"content": f"=== FILE: app.py\n{MENDED}=== END\n"}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 50},
    }
    with JsonApi(lambda call: answer) as server:
        tiers = (
            f"extends: none\ndefault: local\ntiers:\n  local: {{model: q, provider: openai, base_url: {server.url}}}\n"
            "prices:\n  q: {input: 10, output: 1000}\n"
        )
        project = make_project(tmp_path / "project", "claude", tiers)
        done = tierwise(project, "run", TASK, "--engine", "openai", "--max-usd", "0.2", "--json")
        refused = tierwise(
            project, "run", TASK, "--engine", "openai", "--max-usd", "0.01", "--json"
        )
    # 1000 $ per million: 0.2 $ less the prompt pay for fewer than 200 tokens, 0.01 $ for none.
    assert 64 <= server.calls[0].body["max_tokens"] < 200
    assert json.loads(done.stdout)["cost_usd"] <= 0.2
    assert (refused.returncode, json.loads(refused.stdout)["cost_usd"]) == (3, 0.0)
    assert len(server.calls) == 1

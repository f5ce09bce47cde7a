"""`tierwise runs`, `escalate`, `gate` and the calls of `run` that spend nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.cascade import MENDED, TASK, make_project, run_environment
from tests.support.json_api import JsonApi
from tests.support.repository import make_repository
from tests.support.trust import trust
from tests.support.warm import run_tierwise

from tierwise import ledger


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "project", "no-such-client")


def tierwise(project: Path, *arguments: str, key: bool = True) -> subprocess.CompletedProcess[str]:
    env = run_environment(project.parent)
    if not key:
        del env["ANTHROPIC_API_KEY"]
    return run_tierwise(*arguments, cwd=project, env=env)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["", "--engine", "api"], "the task is empty"),
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
        ([TASK, "--context", "."], "is a folder"),
        ([TASK, "--context", "missing.txt"], "there is no such file"),
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


@pytest.mark.parametrize("arguments", [["--engine", "api"], ["--batch"]])
def test_without_credentials_nothing_is_written(project: Path, arguments: list[str]) -> None:
    done = tierwise(project, "run", TASK, *arguments, key=False)
    assert done.returncode == 2
    assert "Set ANTHROPIC_API_KEY" in done.stderr
    assert json.loads(tierwise(project, "runs", "--json").stdout) == []


def test_outside_of_git_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/tierwise.yaml").write_text("version: 1\n")
    done = tierwise(tmp_path / "plain", "run", TASK)
    assert done.returncode == 2
    assert "a run needs a git repository" in done.stderr


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


def test_progress_on_a_pipe_is_plain_lines(tmp_path: Path) -> None:
    answer = {
        "choices": [{"message": {"content": f"=== FILE: app.py\n{MENDED}=== END\n"}}],
        "usage": {},
    }
    with JsonApi(lambda call: answer) as server:
        tiers = f"extends: none\ndefault: local\ntiers:\n  local: {{model: q, provider: openai, base_url: {server.url}}}\n"
        project = make_project(tmp_path / "project", "claude", tiers)
        done = tierwise(project, "run", TASK, "--engine", "openai")
        listed = json.loads(tierwise(project, "runs", "--json").stdout)
        shown = tierwise(project, "runs", "last").stdout
        summary = json.loads(tierwise(project, "runs", "--summary", "--json").stdout)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "attempt 1 on local (q), $5.0000 left" in done.stderr.splitlines()
    assert any(line.startswith("gate tests: passed") for line in done.stderr.splitlines())
    assert done.stdout.startswith(
        "accepted on local after 1 attempt, $0.0000 of $5.00: branch tierwise/"
    )
    assert [(entry["stop"], entry["tier"]) for entry in listed] == [("accepted", "local")]
    assert "accepted on local" in shown and TASK in shown
    assert summary["total"]["accepted"] == 1


def test_an_unknown_run_is_refused(project: Path) -> None:
    assert tierwise(project, "runs", "nope").returncode == 2
    assert tierwise(project, "runs").stdout == "no runs yet\n"


def test_the_last_spawn_is_sent_a_tier_up_and_back(project: Path) -> None:
    assert tierwise(project, "escalate").returncode == 2
    ledger.append(str(project), {"row": "decision", "task": "ab" * 16})
    assert json.loads(tierwise(project, "escalate", "last", "--json").stdout)["up"] == 1
    assert json.loads(tierwise(project, "escalate", "abababab", "--json").stdout)["up"] == 2
    assert tierwise(project, "escalate", "--list").stdout.startswith("abababababab  +2")
    assert json.loads(tierwise(project, "escalate", "last", "--clear", "--json").stdout)["cleared"]
    assert json.loads(tierwise(project, "escalate", "--list", "--json").stdout) == []


def test_a_tasks_own_words_find_the_same_mark_whatever_the_white_space(project: Path) -> None:
    first = json.loads(tierwise(project, "escalate", "mend  it\nnow", "--json").stdout)
    assert first["task"] == ledger.fingerprint(str(project), "mend it now")


@pytest.mark.slow
def test_the_gates_judge_the_working_tree_for_people_too(project: Path) -> None:
    assert tierwise(project, "gate").returncode == 0  # nothing changed
    (project / "app.py").write_text("def add(a, b):\n    return a +\n")
    done = tierwise(project, "gate", "syntax", "tests", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {gate["name"]: gate["passed"] for gate in found["gates"]} == {
        "syntax": False,
        "tests": False,
    }
    (project / "app.py").write_text(MENDED)
    done = tierwise(project, "gate")
    assert (done.returncode, done.stdout) == (0, "")


def test_a_named_gate_that_could_try_nothing_says_so(tmp_path: Path) -> None:
    plain = make_repository(
        tmp_path / "plain", {"a.txt": "begun\n", "tierwise.yaml": "version: 1\n"}
    )
    (plain / "a.txt").write_text("ended\n")
    done = tierwise(plain, "gate", "tests-as-they-were")
    assert (done.returncode, done.stdout) == (0, "")
    assert "tests-as-they-were: not tried: no command runs the tests here" in done.stderr


@pytest.mark.parametrize("name", ["tests", "diff", "exit 1"])
def test_a_gate_that_is_named_is_run_where_nothing_differs_too(project: Path, name: str) -> None:
    done = tierwise(project, "gate", name, "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["passed"], found["changed"]) == (1, False, False)
    assert [(gate["name"], gate["passed"]) for gate in found["gates"]] == [(name, False)]


@pytest.mark.parametrize(
    "arguments",
    [("gate", "--seconds", "nan"), ("runs", "last", "--summary"), ("escalate", "x", "--list")],
)
def test_options_that_would_be_passed_over_are_refused(
    project: Path, arguments: tuple[str, ...]
) -> None:
    done = tierwise(project, *arguments)
    assert done.returncode == 2 and "Error: " in done.stderr


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


def test_a_terminal_without_colours_sees_a_plain_table(project: Path) -> None:
    pty = pytest.importorskip("pty", reason="no pseudo-terminals here")
    record = {
        "run": "20261121-120000-abcd",
        "stop": "accepted",
        "tier": "mid",
        "attempts": [],
        "cost_usd": 0.0,
        "task": "x",
    }
    folder = project / ".tierwise/local/runs"
    folder.mkdir(parents=True)
    (folder / f"{record['run']}.json").write_text(json.dumps(record))

    def shown(**colours: str) -> bytes:
        ours, theirs = pty.openpty()
        env = {**run_environment(project.parent), "TERM": "xterm", "COLUMNS": "100", **colours}
        subprocess.run(
            [sys.executable, "-m", "tierwise", "runs"],
            cwd=project,
            env=env,
            stdout=theirs,
            check=True,
        )
        os.close(theirs)
        seen = os.read(ours, 65536)
        os.close(ours)
        return seen

    assert b"\x1b[" in shown()
    plain = shown(NO_COLOR="1")
    assert record["run"].encode() in plain and b"\x1b[" not in plain


def test_json_is_printed_for_a_refused_call_too(project: Path) -> None:
    done = tierwise(project, "run", TASK, "--from", "hig", "--json")
    record = json.loads(done.stdout)
    assert (done.returncode, record["stop"]) == (2, "refused")
    assert record["error"]["message"] == 'there is no tier "hig"'
    assert 'there is no tier "hig"' in done.stderr


def test_without_a_verifier_a_run_starts_at_the_top_or_stops(project: Path) -> None:
    policy = (project / "tierwise.yaml").read_text().split("automated:")[0]
    (project / "tierwise.yaml").write_text(f"{policy}escalation: {{engine: api}}\n")
    asked = (TASK, "--from", "light", "--dry-run", "--json")
    planned = json.loads(tierwise(project, "run", *asked).stdout)
    assert planned["ladder"] == ["frontier"]
    assert any("no command and no judge checks" in note for note in planned["notes"])
    done = tierwise(project, "run", *asked, "--to", "mid")
    assert (done.returncode, json.loads(done.stdout)["stop"]) == (3, "unverified")


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


def test_a_summary_reckons_with_the_contracts_prices_as_the_report_does(project: Path) -> None:
    row = {
        "row": "attempt",
        "run": "r1",
        "tier": "light",
        "model": "claude-haiku-5-5",
        "kind": "docs",
        "cost_usd": 0.01,
        "accepted": True,
        "tokens": {"input_tokens": 10_000, "output_tokens": 10_000},
    }
    ledger.append(str(project), row)
    contract = project / ".claude" / "settings.local.json"
    contract.parent.mkdir(exist_ok=True)
    listed = _read_against_top(project)
    contract.write_text(json.dumps({"modelPricing": {"multiplier": 0.5}}))
    halved = _read_against_top(project)
    assert halved == [pytest.approx(amount / 2) for amount in listed]
    report = json.loads(tierwise(project, "report", "--json").stdout)
    saved = (
        report["baselines"]["cascade"]["saved_low_usd"],
        report["baselines"]["cascade"]["saved_high_usd"],
    )
    assert saved == tuple(pytest.approx(amount - 0.01) for amount in halved)


def test_a_summary_holds_runs_with_a_plan_against_those_without(project: Path) -> None:
    for run, planned, accepted, usd in (
        ("a", True, True, 0.3),
        ("b", False, True, 0.2),
        ("c", False, False, 0.1),
    ):
        row = {"row": "run", "run": run, "planned": planned, "accepted": accepted, "cost_usd": usd}
        ledger.append(str(project), row)
    lines = tierwise(project, "runs", "--summary").stdout.splitlines()
    assert "  with a plan: 1 of 1 runs accepted, $0.3000 per accepted result" in lines
    assert "  without a plan: 1 of 2 runs accepted, $0.3000 per accepted result" in lines


def _read_against_top(project: Path) -> list[float]:
    done = tierwise(project, "runs", "--summary", "--json")
    found = json.loads(done.stdout)["against_always_top"]
    return [found["always_top_low_usd"], found["always_top_high_usd"]]

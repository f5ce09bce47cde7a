"""How attempts end, and what that means for the tier, the run and the money; cheap clients, a whole run each."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.support.cascade import MENDED, TASK, ledger_rows, make_project, run
from tests.support.repository import git
from tests.support.scripted_client import ScriptedClient, Step, writing_file

pytestmark = pytest.mark.slow

FIX = Step(shell=writing_file("app.py", MENDED))
WRONG = Step(shell=writing_file("app.py", "def add(a, b):\n    return a * b\n"))
ERROR = {"is_error": True, "subtype": "error_during_execution"}


def read_app(number: int) -> dict[str, object]:
    return {"name": "Read", "input": {"file_path": "app.py", "offset": number}}


def test_a_refusal_leaves_its_tier_only(tmp_path: Path, home: Path) -> None:
    refusal = Step(message={"stop_reason": "refusal"}, last="I will not.")
    client = ScriptedClient(tmp_path / "client", haiku=refusal, sonnet=FIX)
    project = make_project(tmp_path / "project", client.path)
    ended = run(TASK, "--from", "light", cwd=project, home=home)
    attempts = [(entry["tier"], entry["stop"]) for entry in ended.record["attempts"]]
    assert attempts == [("light", "refused"), ("mid", "done")]
    assert (ended.code, ended.record["cost_usd"]) == (0, pytest.approx(0.02))


def local_project(folder: Path, url: str, client: ScriptedClient) -> Path:
    tiers = (
        "extends: none\ndefault: mid\ntiers:\n"
        f"  local: {{model: qwen, provider: openai, base_url: {url}/v1}}\n  mid: {{model: sonnet}}\n"
    )
    return make_project(folder, client.path, tiers)


def test_a_local_endpoint_that_is_down_leaves_its_tier_only(tmp_path: Path, home: Path) -> None:
    client = ScriptedClient(tmp_path / "client", sonnet=FIX)
    project = local_project(tmp_path / "project", "http://127.0.0.1:9", client)
    ended = run(TASK, "--from", "local", cwd=project, home=home)
    attempts = [(entry["tier"], entry["stop"]) for entry in ended.record["attempts"]]
    assert attempts == [("local", "unavailable"), ("local", "unavailable"), ("mid", "done")]
    assert ended.code == 0


def test_an_attempt_that_reads_one_file_for_ever_is_ended_and_the_next_is_told(
    tmp_path: Path, home: Path
) -> None:
    calls = tuple(read_app(number) for number in range(40))
    client = ScriptedClient(tmp_path / "client", haiku=Step(calls=calls, seconds=60), sonnet=FIX)
    project = make_project(tmp_path / "project", client.path)

    ended = run(TASK, "--from", "light", cwd=project, home=home)

    first, second = ended.record["attempts"]
    assert (first["stop"], first["cost_source"]) == ("stalled", "lower-bound")
    assert first["cost_usd"] > 0 and first["seconds"] < 30
    assert (second["tier"], ended.code) == ("mid", 0)
    assert "looked at the same thing" in client.calls[-1].prompt


def test_what_a_stalled_attempt_learned_is_in_the_handoff(tmp_path: Path, home: Path) -> None:
    """The command that it could not get to pass, and its last words."""
    program = tmp_path / "stuck"
    lines = [
        {
            "type": "assistant",
            "message": {"id": "t", "content": [{"type": "text", "text": "The sign is wrong."}]},
        }
    ]
    for number in range(3):
        call = {
            "type": "tool_use",
            "id": str(number),
            "name": "Bash",
            "input": {"command": "make check"},
        }
        failed = {
            "type": "tool_result",
            "tool_use_id": str(number),
            "is_error": True,
            "content": "6 is not 5",
        }
        lines.append({"type": "assistant", "message": {"id": str(number), "content": [call]}})
        lines.append({"type": "user", "message": {"content": [failed]}})
    (tmp_path / "lines").write_text("\n".join(map(json.dumps, lines)) + "\n")
    client = ScriptedClient(tmp_path / "client", sonnet=FIX)
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *sonnet*) exec {client.path} "$@";; esac\n'
        f"cat > /dev/null; cat {tmp_path}/lines; exec sleep 60\n"
    )
    program.chmod(0o755)
    project = make_project(tmp_path / "project", program)

    ended = run(TASK, "--from", "light", cwd=project, home=home)

    assert [entry["stop"] for entry in ended.record["attempts"]] == ["stalled", "done"]
    for words in ("failed 3 times", "make check", "6 is not 5", "The sign is wrong."):
        assert words in client.calls[-1].prompt, words


def test_each_tier_leaves_half_of_the_money_to_those_above(tmp_path: Path, home: Path) -> None:
    over = Step(usd=1.0, result={**ERROR, "subtype": "error_max_budget_usd"})
    client = ScriptedClient(tmp_path / "client", haiku=over, sonnet=over, opus=FIX)
    project = make_project(tmp_path / "project", client.path)
    ended = run(TASK, "--from", "light", "--max-usd", "4", cwd=project, home=home)
    limits = [(call.name, float(call.option("--max-budget-usd"))) for call in client.calls]
    assert limits == [("haiku", 1.0), ("sonnet", 1.5), ("opus", 2.0)]
    assert ended.record["tier"] == "frontier"


def test_work_that_was_right_when_the_money_ended_is_delivered(tmp_path: Path, home: Path) -> None:
    step = Step(shell=FIX.shell, usd=0.5, result={**ERROR, "subtype": "error_max_budget_usd"})
    client = ScriptedClient(tmp_path / "client", opus=step)
    project = make_project(tmp_path / "project", client.path)
    ended = run(TASK, "--from", "frontier", "--max-usd", "0.5", cwd=project, home=home)
    assert (ended.code, ended.record["stop"]) == (0, "accepted"), ended.progress
    assert git(project, "show", f"{ended.record['branch']}:app.py") == MENDED


def test_work_that_was_wrong_when_the_money_ended_is_kept_as_a_patch(
    tmp_path: Path, home: Path
) -> None:
    step = Step(shell=WRONG.shell, usd=0.5, result={**ERROR, "subtype": "error_max_budget_usd"})
    client = ScriptedClient(tmp_path / "client", opus=step)
    project = make_project(tmp_path / "project", client.path)
    ended = run(TASK, "--from", "frontier", "--max-usd", "0.5", cwd=project, home=home)
    assert (ended.code, ended.record["stop"]) == (3, "budget-spent")
    patch = (project / ended.record["patch"]).read_text()
    assert "+    return a * b" in patch
    git(project, "apply", "--check", str(project / ended.record["patch"]))


def test_a_git_that_fails_after_the_engine_loses_no_money(tmp_path: Path, home: Path) -> None:
    """The attempt takes away the store of our own, without which no state can be read."""
    step = Step(shell=f"{FIX.shell}\nrm -rf {home}/tierwise-keep-*/store.git", usd=0.25)
    client = ScriptedClient(tmp_path / "client", opus=step)
    project = make_project(tmp_path / "project", client.path)
    ended = run(TASK, "--from", "frontier", cwd=project, home=home)
    assert (ended.code, ended.record["stop"], ended.record["cost_usd"]) == (4, "failed", 0.25)
    rows = ledger_rows(project)
    assert [row["cost_usd"] for row in rows if row["row"] == "attempt"] == [0.25]


def test_without_git_the_record_says_what_is_missing(tmp_path: Path, home: Path) -> None:
    project = make_project(tmp_path / "project", sys.executable)
    ended = run(TASK, cwd=project, home=home, more={"PATH": str(tmp_path)})
    assert (ended.code, ended.record["stop"]) == (4, "failed")
    assert ended.record["error"]["message"] == "git was not found"


def test_an_attempt_tries_its_own_files_and_not_the_project_that_is_installed_for_editing(
    tmp_path: Path, home: Path
) -> None:
    shell = f'{FIX.shell}echo "$PYTHONPATH" > {tmp_path}/seen; pwd -P >> {tmp_path}/seen'
    client = ScriptedClient(tmp_path / "client", haiku=Step(shell=shell))
    project = make_project(tmp_path / "project", client.path)
    (project / "pyproject.toml").write_text('[project]\nname = "app"\nversion = "1"\n')
    packages = project / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    (packages / "app.pth").write_text(f"{project}\n")
    (packages.parents[2] / ".gitignore").write_text("*\n")
    ended = run(TASK, "--from", "light", cwd=project, home=home)
    assert ended.code == 0, ended
    path, folder = (tmp_path / "seen").read_text().split()
    assert path.split(":")[0] == folder

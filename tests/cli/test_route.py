"""``tierwise route`` as people and scripts call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tierwise.cli.commands.route import command
from tierwise.errors import TierwiseError

CONTRACT = {"tier", "model", "effort", "kind", "rule", "reasons", "confidence"}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, outside of CI."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / ".git").mkdir()
    return tmp_path


def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(command, list(arguments), input=stdin, standalone_mode=False)


def test_an_explanation_names_tier_model_effort_rule_reasons_and_costs(project: Path) -> None:
    (project / "tierwise.yaml").write_text(
        "version: 1\nroutes:\n  docs: {tier: mid, effort: low}\n"
    )
    text = call("update the README").output
    assert text.startswith("mid, sonnet, effort low\n")
    for part in (
        "tierwise.yaml:3",
        "docs goes to mid",
        "what would change it:",
        "* mid",
        "frontier ",
        "an assumption",
    ):
        assert part in text


def test_without_a_policy_it_says_that_the_preset_answers() -> None:
    assert "bundled balanced preset" in call("update the README").output


def test_json_is_the_contract() -> None:
    assert set(json.loads(call("update the README", "--json").output)) == CONTRACT


def test_json_has_the_command_on_the_automated_tier_only() -> None:
    found = json.loads(call("run the smoke test", "--json").output)
    assert set(found) == CONTRACT | {"command"}
    assert (found["tier"], found["model"], found["effort"]) == ("automated", None, None)


def test_agent_and_paths_count() -> None:
    assert json.loads(call("go on", "--agent", "planner", "--json").output)["tier"] == "frontier"
    assert (
        json.loads(call("go on", "--path", "a/x.py", "--path", "src/auth/x.py", "--json").output)[
            "tier"
        ]
        == "frontier"
    )


def test_the_policy_is_read_live(project: Path) -> None:
    policy = project / "tierwise.yaml"
    policy.write_text("version: 1\nroutes: {docs: frontier}\n")
    assert json.loads(call("update the README", "--json").output)["tier"] == "frontier"
    policy.write_text("version: 1\nroutes: {docs: light}\n")
    assert json.loads(call("update the README", "--json").output)["tier"] == "light"


def test_batch_prints_one_object_a_line(project: Path) -> None:
    backlog = project / "backlog.jsonl"
    backlog.write_text(
        '{"task": "update the README"}\n{"task": "go on", "agent": "planner", "paths": []}\n'
    )
    result = call("--batch", str(backlog))
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert result.return_value == 0
    assert [line["tier"] for line in lines] == ["light", "frontier"]
    assert all(set(line) == CONTRACT for line in lines)


def test_a_broken_batch_line_stops_no_other_and_the_exit_code_says_it() -> None:
    result = call("--batch", "-", stdin=b'{"task": "update the README"}\n\xff\n{"task": "go on"}\n')
    first, broken, last = (json.loads(line) for line in result.output.splitlines())
    assert result.return_value == 2
    assert broken["place"] == "-:2"
    assert {first["tier"], last["tier"]} == {"light", "mid"}


@pytest.mark.parametrize(
    "arguments", [(), ("a task", "--batch", "-"), ("--batch", "-", "--agent", "x")]
)
def test_a_contradictory_call_is_refused(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(command, list(arguments), input="")
    assert result.exit_code == 2


def test_names_of_the_policy_fake_no_line_of_an_explanation(project: Path) -> None:
    kind = r'"x\ntierwise: well"'
    text = f"version: 1\nkinds: {{{kind}: {{words: [zebra]}}}}\nroutes: {{{kind}: light}}\n"
    (project / "tierwise.yaml").write_text(text)
    said = call("paint the zebra").output
    assert "x\\u000atierwise: well goes to light" in said
    assert "\ntierwise: well" not in said


@pytest.mark.parametrize("task", ["", " \n"])
def test_an_empty_task_is_refused(task: str) -> None:
    with pytest.raises(TierwiseError, match="the task is empty"):
        command.main([task], standalone_mode=False)


def test_a_task_that_is_not_unicode_is_answered() -> None:
    assert json.loads(call("update the README \udcff", "--json").output)["kind"] == "docs"


@pytest.mark.slow
def test_a_terminal_that_takes_ascii_only_still_gets_json(project: Path) -> None:
    (project / "tierwise.yaml").write_text(
        "version: 1\nfrontier_only: {paths: ['größe/**']}\n", encoding="utf-8"
    )
    call = [
        sys.executable,
        "-m",
        "tierwise",
        "route",
        "--json",
        "update the README",
        "--path",
        "größe/x.md",
    ]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(call, cwd=project, env=env, capture_output=True, check=True)
    assert any("größe" in reason for reason in json.loads(done.stdout.decode("ascii"))["reasons"])

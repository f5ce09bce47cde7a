"""``tierwise route --from-transcripts``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tierwise.cli.commands.route import command
from tierwise.cli.route_transcripts import (
    Routed,
    name_turn,
    route_transcripts,
)
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_preset


def record(folder: Path, lines: list[dict[str, object]]) -> None:
    path = folder / "projects" / "p" / "s.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def said(text: str, at: str) -> dict[str, object]:
    return {
        "type": "user",
        "timestamp": at,
        "sessionId": "s",
        "message": {"role": "user", "content": text},
    }


def answered(text: str, at: str, *calls: dict[str, object]) -> dict[str, object]:
    blocks = [{"type": "text", "text": text}]
    used = [{"type": "tool_use", "id": f"t{at}", "name": "Agent", "input": call} for call in calls]
    return {
        "type": "assistant",
        "timestamp": at,
        "sessionId": "s",
        "message": {
            "id": f"m{at}",
            "role": "assistant",
            "model": "claude-opus-4-6",
            "content": [*blocks, *used],
        },
    }


SPAWN = {
    "subagent_type": "Explore",
    "description": "Find it",
    "prompt": "Where is the parser? List files.",
}
OLD, NEW = "2025-01-01T10:00:00.000Z", "2026-11-01T10:00:00.000Z"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    lines = [
        said("write a page in the docs about the export", OLD),
        answered("Done. Shall I update the README?", OLD),
        said("yes", NEW),
        answered("Looking.", NEW, SPAWN),
    ]
    record(tmp_path / "config", lines)
    return tmp_path


def test_spawns_and_turns_are_counted_by_tier(recorded: Path) -> None:
    done = CliRunner().invoke(command, ["--from-transcripts"], standalone_mode=False)
    assert "spawns: 1" in done.output
    assert "turns: 2" in done.output
    assert "Explore" in done.output


def test_since_leaves_out_what_is_older(recorded: Path) -> None:
    done = CliRunner().invoke(
        command, ["--from-transcripts", "--since", "2026-10-01"], standalone_mode=False
    )
    assert "turns: 1" in done.output


def test_no_text_is_printed(recorded: Path) -> None:
    done = CliRunner().invoke(command, ["--from-transcripts"], standalone_mode=False)
    assert "parser" not in done.output
    assert "export" not in done.output


def test_no_name_of_an_agent_fakes_a_line(recorded: Path) -> None:
    forged = {**SPAWN, "subagent_type": "x\nturns: 0"}
    record(recorded / "other", [said("go", NEW), answered("Looking.", NEW, forged)])
    done = CliRunner().invoke(
        command,
        ["--from-transcripts"],
        standalone_mode=False,
        env={"CLAUDE_CONFIG_DIR": str(recorded / "other")},
    )
    assert "x\\u000aturns: 0" in done.output
    assert "\nturns: 0" not in done.output


def test_nothing_recorded_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, ["--from-transcripts"], standalone_mode=False)
    assert "no spawns or turns are recorded" in done.output


@pytest.mark.parametrize(
    "arguments", [["--ask"], ["fix the typo"], ["--json"], ["--agent", "x"], ["--path", "x"]]
)
def test_what_does_not_go_with_it_is_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(command, ["--from-transcripts", *arguments])
    assert done.exit_code == 2
    assert "--from-transcripts takes no task and no other option than --since." in done.output


def test_a_turn_is_named_by_its_tools() -> None:
    assert name_turn(["Read", "Edit"]) == "edit"
    assert name_turn(["Bash", "Read"]) == "run"
    assert name_turn(["Grep"]) == "read"
    assert name_turn([]) == "talk"
    assert name_turn(["Read"], is_planning=True) == "plan"


@pytest.mark.parametrize(
    "stamp", ["2026-11-01T10:00:00", "2026-11-01", "yesterday", "99999-01-01T00:00:00Z", ""]
)
def test_a_stamp_of_any_shape_stops_nothing(
    stamp: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(tmp_path, [said("fix the typo", stamp), said("write the docs", NEW)])
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        command, ["--from-transcripts", "--since", "2026-10-01"], standalone_mode=False
    )
    assert done.exception is None
    told = 2 if stamp.startswith("2026") else 1
    assert f"turns: {told}" in done.output


def route_call(folder: Path, monkeypatch: pytest.MonkeyPatch, **call: str) -> Routed:
    """The decision on one recorded call for an agent."""
    record(folder, [said("go", NEW), answered("Looking.", NEW, {**SPAWN, **call})])
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(folder))
    monkeypatch.chdir(folder)
    table = compile_table(load_preset())
    found = route_transcripts(table, None)
    return next(one for one in found if one.what == "spawns")


def test_what_annotates_a_prompt_counts_as_it_does_for_the_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = "[tier: light] Plan the architecture of the new scheduler"
    routed = route_call(
        tmp_path,
        monkeypatch,
        description="Plan it",
        prompt=prompt,
    )
    assert routed.decision.override
    assert routed.decision.tier == "light"


def test_the_plugins_agents_go_by_their_bare_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    routed = route_call(
        tmp_path,
        monkeypatch,
        subagent_type="tierwise:explorer",
        description="Remove the check",
        prompt="Remove the permission check from the delete endpoint",
    )
    assert routed.decision.floor is None  # it cannot write


def test_a_command_that_the_policy_does_not_name_is_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spawn is refused only for a command of the policy's own."""
    routed = route_call(
        tmp_path,
        monkeypatch,
        subagent_type="general-purpose",
        description="",
        prompt="run the linter",
    )
    assert routed.decision.tier != "automated"

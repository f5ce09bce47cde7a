"""The hook as a process: whatever happens to it, it exits 0 and prints JSON or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.hook import compiled, event, rows, run_shim, spawn_event
from tests.support.policies import synced

from tierwise import bundle
from tierwise.claude_hooks.hook import answer

EVENTS = (
    "PreToolUse",
    "PostToolUse",
    "SubagentStart",
    "SubagentStop",
    "SessionStart",
    "SessionEnd",
    "UserPromptSubmit",
)


def spawn_bytes(root: Path, number: int = 1) -> bytes:
    return json.dumps(spawn_event(root, number)).encode()


def test_it_works_with_an_empty_environment(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    done = run_shim("PreToolUse", spawn_bytes(repository))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["hookSpecificOutput"]["updatedInput"]["model"] == "haiku"
    assert len(rows(repository)) == 1


def test_the_project_counts_before_the_folder_of_the_moment(
    repository: Path, tmp_path: Path
) -> None:
    compiled(repository, "extends: balanced\n")
    elsewhere = tmp_path / "worktree"
    elsewhere.mkdir()
    (elsewhere / "tierwise.yaml").write_text("version: 1\n", encoding="utf-8")
    run_shim("PreToolUse", spawn_bytes(elsewhere), {"CLAUDE_PROJECT_DIR": str(repository)})
    assert len(rows(repository)) == 1
    assert not (elsewhere / ".tierwise").exists()


@pytest.mark.parametrize(
    "given_bytes", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{" * 100_000, b'"' + b"x" * 1_000_000]
)
def test_an_input_that_is_none_is_noted_and_answered_with_nothing(
    given_bytes: bytes, repository: Path
) -> None:
    (repository / ".tierwise").mkdir()
    done = run_shim("PreToolUse", given_bytes, {"CLAUDE_PROJECT_DIR": str(repository)})
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    log = (repository / ".tierwise" / "local" / "hook.log").read_text(encoding="utf-8")
    assert log.count("\n") == 1
    assert " PreToolUse " in log
    assert "Error: " in log


def test_a_reader_that_has_gone_is_no_failure(repository: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-S", "-E", bundle.path("hooks", "run.py"), "PreToolUse"]
    done = subprocess.run(
        command,
        input=spawn_bytes(repository),
        stdout=write_end,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_closed_standard_input_is_no_failure(repository: Path) -> None:
    command = f'exec "{sys.executable}" -S -E "{bundle.path("hooks", "run.py")}" PreToolUse <&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, cwd=repository, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.slow
def test_a_megabyte_of_prompt_is_routed(repository: Path) -> None:
    data = spawn_event(repository, prompt="Write the docs. " + "\x00é漢 [x]" * 120_000)
    done = run_shim("PreToolUse", json.dumps(data).encode())
    assert (
        json.loads(done.stdout)["hookSpecificOutput"]["updatedInput"]["prompt"]
        == data["tool_input"]["prompt"]
    )


def test_two_wirings_at_once_answer_alike_and_leave_one_row(repository: Path) -> None:
    compiled(repository, "extends: balanced\n")
    command = [sys.executable, "-S", "-E", bundle.path("hooks", "run.py"), "PreToolUse"]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
        for _ in range(2)
    ]
    for process in both:
        assert process.stdin is not None
        process.stdin.write(spawn_bytes(repository))
        process.stdin.flush()
    said = [process.communicate()[0] for process in both]
    assert said[0] == said[1] != b""
    assert len(rows(repository)) == 1


@pytest.mark.slow
def test_the_plugin_leaves_what_follows_a_spawn_to_the_settings_wiring(
    repository: Path, home: Path
) -> None:
    plugin = {"CLAUDE_PLUGIN_ROOT": "/somewhere", "HOME": str(home)}
    synced(repository, "extends: balanced\n")
    stop = json.dumps(event("SubagentStop", repository, agent_id="a1")).encode()
    run_shim("SubagentStop", stop, plugin)
    assert rows(repository, "stop") == []
    (repository / ".claude" / "settings.json").unlink()
    run_shim("SubagentStop", stop, plugin)
    assert len(rows(repository, "stop")) == 1


@pytest.mark.slow
def test_many_spawns_at_once_keep_to_the_fan_out_limit(repository: Path) -> None:
    compiled(repository, "extends: balanced\nmode: manual\nhooks: {fan_out: {limit: 3}}\n")
    command = [sys.executable, "-S", "-E", bundle.path("hooks", "run.py"), "PreToolUse"]
    processes = []
    for number in range(8):
        data = json.dumps(spawn_event(repository, number, subagent_type="Plan")).encode()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
        assert process.stdin is not None
        process.stdin.write(data)
        process.stdin.flush()
        processes.append(process)
    said = [
        json.loads(process.communicate()[0])["hookSpecificOutput"]["updatedInput"]
        for process in processes
    ]
    assert sorted(call["model"] for call in said) == ["opus"] * 3 + ["sonnet"] * 5


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["tool_name", "tool_input", "tool_use_id", "session_id", "prompt_id", "cwd", "transcript_path", "agent_id",
     "tool_response", "prompt", "source", "effort", "agent_transcript_path", "hook_event_name"]
)  # fmt: skip
calls = st.dictionaries(
    st.sampled_from(["prompt", "description", "subagent_type", "model", "effort"]), json_values
)
events = st.dictionaries(keys, json_values).flatmap(
    lambda data: (
        calls.map(lambda call: {**data, "tool_name": "Agent", "tool_input": call}) | st.just(data)
    )
)


def assert_json_or_nothing(said: bytes) -> None:
    assert said == b"" or isinstance(json.loads(said), dict)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(EVENTS) | st.text(), raw=st.binary())
def test_arbitrary_bytes_get_json_or_nothing(
    name: str, raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.getbasetemp() / "garbled"
    (root / ".git").mkdir(parents=True, exist_ok=True)
    assert_json_or_nothing(answer(name, raw, {"CLAUDE_PROJECT_DIR": str(root)}))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(EVENTS), data=events)
def test_arbitrary_fields_get_json_or_nothing(name: str, data: dict[str, object]) -> None:
    fixed = {
        **data,
        "hook_event_name": name,
        "cwd": "/",
    }  # outside of any repository: nothing is written
    assert_json_or_nothing(answer(name, json.dumps(fixed).encode(), {"TIERWISE_MODE": "enforce"}))


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(data=events, call=calls)
def test_inside_a_repository_arbitrary_fields_leave_no_fault(
    data: dict[str, object], call: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.getbasetemp() / "fuzzed"
    (root / ".git").mkdir(parents=True, exist_ok=True)
    env = {"CLAUDE_PROJECT_DIR": str(root)}
    spawn = {**data, "hook_event_name": "PreToolUse", "tool_name": "Agent", "tool_input": call}
    assert_json_or_nothing(answer("PreToolUse", json.dumps(spawn).encode(), env))
    for name in EVENTS:
        assert_json_or_nothing(
            answer(name, json.dumps({**data, "hook_event_name": name}).encode(), env)
        )
    assert not (root / ".tierwise" / "local" / "hook.log").exists()


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(call=calls)
def test_an_answer_to_a_spawn_keeps_the_call_and_names_only_what_the_client_takes(
    call: dict[str, object],
) -> None:
    data = {"hook_event_name": "PreToolUse", "cwd": "/", "tool_name": "Agent", "tool_input": call}
    said = answer("PreToolUse", json.dumps(data).encode(), {})
    changed = json.loads(said or b"{}").get("hookSpecificOutput", {}).get("updatedInput")
    if changed is not None:
        kept = {key: value for key, value in call.items() if key not in ("model", "effort")}
        assert json.dumps({key: changed[key] for key in kept}) == json.dumps(kept)
        assert changed["model"] in ("haiku", "sonnet", "opus", "fable")
        assert changed["effort"] in ("low", "medium", "high", "xhigh", "max")

"""Workflow scripts: each `agent()` is found, decided and written into the script, and nothing else changes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.support.counting import count_calls
from tests.support.hook import ask, compiled, event, rows
from tests.support.workflows import Workflow, load_workflows, make_large

from tierwise.claude_hooks import agent_file
from tierwise.claude_hooks.agent_calls import Calls
from tierwise.claude_hooks.javascript import Script, UnreadableError
from tierwise.claude_hooks.script_values import OURS
from tierwise.claude_hooks.workflow_source import MOST
from tierwise.routing.audit import join_rows

SCRIPTS = load_workflows()
WHOLE = [one for one in SCRIPTS if not one.broken]
LARGE = make_large(200_000)
POLICY = "extends: balanced\n"
_TWICE = 2.2  # a little more, for what is done once


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, POLICY)
    return repository


def workflow_event(root: Path, script: str, number: int = 1, **call: Any) -> dict[str, Any]:
    return event(
        "PreToolUse",
        root,
        tool_name="Workflow",
        tool_use_id=f"toolu_w{number:03d}",
        tool_input={"script": script, **call},
    )


def rewritten(root: Path, script: str, number: int = 1) -> str:
    """The script as the hook gives it back; the same where it leaves it alone."""
    answer = ask(workflow_event(root, script, number))
    output = answer.get("hookSpecificOutput", {})
    return str(output.get("updatedInput", {}).get("script", script))


def skeleton(text: str) -> str:
    """A script without what its agent() calls have after their prompt."""
    script = Script(text)
    calls = [token for token in script.where.get("agent", ()) if script.is_kind(token + 1, "(")]
    for token in reversed(calls):
        arguments = script.split_group(token + 1)
        if not arguments or script.is_kind(arguments[0][0], "..."):
            continue
        if script.is_kind(token - 1, ".", "?."):
            continue
        start = script.ends[arguments[0][1] - 1]
        text = text[:start] + text[script.starts[script.partners[token + 1]] :]
        script = Script(text)
    return text


def test_there_are_many_scripts() -> None:
    assert len(SCRIPTS) >= 40


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_the_calls_are_found_and_the_rest_is_named(script: Workflow, root: Path) -> None:
    ask(workflow_event(root, script.text))
    (summary,) = rows(root, "workflow")
    decisions = rows(root)
    assert (len(decisions), len(summary["unread"])) == (script.routed, script.unread)
    assert summary["agents"] >= script.routed
    assert {row["workflow"]["call"] for row in decisions} <= {"toolu_w001"}


@pytest.mark.parametrize(
    "text",
    [
        "await\u00a0agent('Write the docs')",
        "return\u3000agent\u2003('Write the docs')",
        "// a remark\rreturn agent('Write the docs')",
        "// a remark\u2028return agent('Write the docs') // and\u2029return 1",
        "const größe\u00a0= 1; return agent('Write the docs')",
    ],
)
def test_blanks_and_line_ends_are_those_of_the_language(text: str, root: Path) -> None:
    new = rewritten(root, text)
    options = "{model: 'haiku' /*tierwise*/, effort: 'medium' /*tierwise*/}"
    assert new == text.replace("docs')", f"docs', {options})")


@pytest.mark.slow
@pytest.mark.parametrize("script", [*WHOLE, LARGE], ids=str)
def test_only_options_differ_and_a_second_time_nothing_does(script: Workflow, root: Path) -> None:
    new = rewritten(root, script.text)
    assert skeleton(new) == skeleton(script.text)
    assert (OURS in new) == (new != script.text)
    before, after = Calls(script.text), Calls(new)
    assert [call.texts for call in before.found] == [call.texts for call in after.found]
    assert rewritten(root, new, 2) == new


@pytest.mark.parametrize("script", [one for one in SCRIPTS if one.broken], ids=str)
def test_a_script_that_cannot_be_read_is_left_and_named(script: Workflow, root: Path) -> None:
    with pytest.raises(UnreadableError, match=r"line \d"):
        Script(script.text)
    answer = ask(workflow_event(root, script.text))
    assert "hookSpecificOutput" not in answer
    assert "cannot be read (line" in answer["systemMessage"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="node, which checks syntax, is not here")
@pytest.mark.parametrize("script", [*WHOLE, LARGE], ids=str)
def test_node_reads_what_was_written(script: Workflow, root: Path, tmp_path: Path) -> None:
    body = rewritten(root, script.text).replace("export const meta", "const meta", 1)
    path = tmp_path / "script.mjs"
    path.write_text(f"async function main(agent, parallel, pipeline, log, args) {{\n{body}\n}}\n")
    done = subprocess.run(["node", "--check", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("one_prompt", "agent('Write the README section on installing.', "
         "{model: 'haiku' /*tierwise*/, effort: 'medium' /*tierwise*/})"),
        ("pinned_model", "{model: 'opus', effort: 'low'}"),
        ("pinned_below_floor", "{effort: 'high' /*tierwise*/, model: 'opus' /*tierwise*/}"),
        ("pinned_undefined", "{model: 'haiku' /*tierwise*/, effort: "),
        ("spread_pinned_options", "...shared, model: 'opus' /*tierwise*/}"),
        ("options_variable", "{model: 'haiku' /*tierwise*/, effort: 'medium' /*tierwise*/, ...(options)}"),
        ("written_before", "{model: 'haiku' /*tierwise*/, effort: 'medium' /*tierwise*/, label: 'again'}"),
        ("computed_model", "{model: cheap, effort: ['low'][0]}"),
    ],
)  # fmt: skip
def test_options_are_written_where_the_author_has_them(
    name: str, expected: str, root: Path
) -> None:
    (script,) = (one for one in SCRIPTS if one.name == name)
    assert expected in rewritten(root, script.text)


@pytest.mark.slow
def test_every_agent_of_a_large_script_is_routed(root: Path) -> None:
    assert rewritten(root, LARGE.text).count("model: ") == LARGE.routed


def test_lines_are_told_in_any_order() -> None:
    script = Script("one\ntwo\n\nfour")
    assert [script.line_of(token) for token in (2, 0, 1, 2)] == [4, 1, 2, 4]


def test_a_script_of_twice_the_length_is_twice_the_work() -> None:
    short, long = make_large(40_000), make_large(80_000)
    calls = count_calls(lambda: Calls(short.text))
    assert count_calls(lambda: Calls(long.text)) < _TWICE * calls


def test_an_agents_own_file_is_looked_for_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def find_file(root: str, agent: str, cwd: str, home: str) -> tuple[str, bytes]:
        looked.append(agent)
        return "", b""

    monkeypatch.setattr(agent_file, "_find_file", find_file)
    kinds = ("mine", "mine", "theirs", "mine")
    calls = [f"await agent('Rename a variable', {{agentType: '{kind}'}})" for kind in kinds]
    rewritten(root, "export const meta = {name: 'x', description: 'y'}\n" + "\n".join(calls))
    assert sorted(looked) == ["mine", "theirs"]


def test_the_fan_out_is_told_before_it_runs(root: Path) -> None:
    (script,) = (one for one in SCRIPTS if one.name == "pipeline_stages")
    said = ask(workflow_event(root, script.text))["systemMessage"]
    assert said.startswith("tierwise: workflow pipeline-stages: 4 agents (")
    assert "about $" in said


@pytest.mark.parametrize(
    ("fan_out", "verdict"),
    [
        ("{limit: 2, then: deny}", "deny"),
        ("{limit: 2, then: ask}", "ask"),
        ("{agents: 2}", "ask"),
        ("{agents: 2, then: deny}", "deny"),
        ("{agents: 3}", None),
        ("{limit: 2}", None),
    ],
)
def test_a_workflow_beyond_the_policys_limit_is_asked_about_or_refused(
    fan_out: str, verdict: str | None, repository: Path
) -> None:
    compiled(repository, f"{POLICY}hooks: {{fan_out: {fan_out}}}\n")
    call = "await agent('Audit the payments code for security holes', {label: 'x'})\n"
    script = f"export const meta = {{name: 'x', description: 'y'}}\n{call * 3}"
    output = ask(workflow_event(repository, script))["hookSpecificOutput"]
    assert output.get("permissionDecision") == verdict
    assert ("updatedInput" in output) == (verdict != "deny")
    tiers = [row["tier"] for row in rows(repository)]
    assert tiers == ["frontier"] * 3  # security has a floor: nothing is capped
    assert {bool(row["denied"]) for row in rows(repository)} == {verdict == "deny"}


def test_calls_beyond_the_limit_go_a_tier_down(repository: Path) -> None:
    compiled(repository, f"{POLICY}hooks: {{fan_out: {{limit: 1}}}}\n")
    call = "await agent('Plan the feature and choose an approach')\n"
    script = f"export const meta = {{name: 'x', description: 'y'}}\n{call * 3}"
    new = rewritten(repository, script)
    assert [row["tier"] for row in rows(repository)] == ["frontier", "mid", "mid"]
    assert new.count("model: 'sonnet'") == 2


@pytest.mark.parametrize("mode", ["shadow", "advise", "off"])
def test_other_modes_change_nothing(mode: str, root: Path) -> None:
    answer = ask(workflow_event(root, SCRIPTS[0].text), {"TIERWISE_MODE": mode})
    assert "hookSpecificOutput" not in answer
    assert bool(answer.get("systemMessage")) == (mode == "advise")
    assert bool(rows(root, "workflow")) == (mode != "off")


def test_a_saved_workflow_and_a_file_are_read_where_they_stand(root: Path) -> None:
    text = (
        "export const meta = {name: 'docs', description: 'y'}\nreturn agent('Write the README')\n"
    )
    folder = root / ".claude" / "workflows"
    folder.mkdir(parents=True)
    (folder / "other-name.js").write_text(text)
    path = str(folder / "other-name.js")
    for number, call in enumerate(({"name": "docs"}, {"scriptPath": path})):
        data = workflow_event(root, "", number, args=[1], **call)
        del data["tool_input"]["script"]
        changed = ask(data)["hookSpecificOutput"]["updatedInput"]
        assert set(changed) == {"script", "args"}
        assert "model: 'haiku'" in changed["script"]


def ask_about_file(root: Path, text: str) -> dict[str, Any]:
    """The hook's answer to a workflow whose script stands in a file."""
    path = root / ".claude" / "workflows" / "saved.js"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode())
    data = workflow_event(root, "", scriptPath=str(path))
    del data["tool_input"]["script"]
    return ask(data)


def test_a_file_with_the_line_ends_of_windows_is_routed(root: Path) -> None:
    text = "export const meta = {name: 'w', description: 'y'}\r\nreturn agent(`Write the docs\r\nnow`)\r\n"
    script = ask_about_file(root, text)["hookSpecificOutput"]["updatedInput"]["script"]
    assert "model: 'haiku'" in script and "\r" not in script
    assert skeleton(script) == skeleton(text.replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("line", "is_taken"),
    [
        ("const now = Date.now()", False),
        ("const part = Math . random()", False),
        ("const now = new Date", False),
        ("const now = new Date()", False),
        ("const then = new Date(args.when)", True),
        ("const text = 'new Date() and Math.random()'", True),
        ("const own = {Date: {now: 1}}.Date", True),
        ("// \x1b[1m", False),
        ("// a\ttab", True),
    ],
)
def test_a_file_that_the_client_takes_in_no_call_stays_as_it_is(
    line: str, is_taken: bool, root: Path
) -> None:
    answer = ask_about_file(root, f"{line}\nreturn agent('Write the docs')\n")
    assert ("updatedInput" in answer.get("hookSpecificOutput", {})) == is_taken
    assert ("left as written: the file" in answer["systemMessage"]) != is_taken
    assert bool(rows(root)) == is_taken


def test_a_script_that_would_grow_too_long_stays_as_it_is(root: Path) -> None:
    call = "agent('Write the docs')\n"
    answer = ask(workflow_event(root, call + "/" * 2 + "x" * (MOST - len(call) - 10)))
    assert "hookSpecificOutput" not in answer
    assert "longer than the client takes" in answer["systemMessage"]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"name": "code-review"}, "built in or comes from a plugin"),
        ({"name": "../x"}, "built in or comes from a plugin"),
        ({"scriptPath": "/nowhere/x.js"}, "x.js is not there"),
        ({}, "names no script"),
    ],
)
def test_a_script_that_is_nowhere_is_named(call: dict[str, str], says: str, root: Path) -> None:
    data = workflow_event(root, "", **call)
    del data["tool_input"]["script"]
    answer = ask(data)
    assert says in answer["systemMessage"]
    assert says in rows(root, "workflow")[0]["unread"][0]


def test_the_same_call_is_recorded_once(root: Path) -> None:
    for _ in range(2):
        ask(workflow_event(root, SCRIPTS[0].text))
    assert len(rows(root, "workflow")) == 1


def test_an_agents_text_is_known_again_and_has_no_sketch(root: Path) -> None:
    """A template with gaps is alike for unlike tasks; the very same text is the same task."""
    script = "await agent('Look at the lexer of the parser', {label: 'Look'})"
    for number in (1, 2):
        ask(workflow_event(root, script, number))
    first, second = rows(root, "decision")
    assert first["likeness"] == second["likeness"] == ""
    assert first["task"] == second["task"] != ""


def test_decisions_that_no_agent_has_run_by_are_unseen(root: Path) -> None:
    (script,) = (one for one in SCRIPTS if one.name == "parallel_list")
    ask(workflow_event(root, script.text))
    spawns = join_rows([*rows(root, "workflow"), *rows(root)])
    assert [spawn.outcome for spawn in spawns] == ["unseen"] * 3

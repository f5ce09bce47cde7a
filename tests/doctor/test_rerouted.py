"""The client's own routing of agents is named, should it ever be switched on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.support.doctor import install_plugin, put
from tests.support.hook import ask, event, spawn_event

from tierwise import ledger
from tierwise.doctor.checks import run_checks
from tierwise.doctor.place import look
from tierwise.doctor.rerouted import check_rerouted
from tierwise.doctor.unseen import check_unseen


def serve(root: Path, number: int, model: str) -> None:
    reply = {"agentId": f"a{number}", "resolvedModel": model}
    names = {"tool_name": "Agent", "tool_input": {}, "tool_use_id": f"toolu_{number:04d}"}
    ask(event("PostToolUse", root, **names, tool_response=reply))


def test_an_agent_on_a_model_that_nothing_explains_is_the_clients_own_routing(
    root: Path, env: dict[str, str]
) -> None:
    ask(spawn_event(root, 1, model="opus"))
    serve(root, 1, "claude-opus-5-5")
    assert [one.level for one in check_rerouted(look(str(root), env))] == ["ok"]
    ask(spawn_event(root, 2, model="opus"))
    serve(root, 2, "claude-haiku-5-5")
    (found,) = check_rerouted(look(str(root), env))
    assert found.level == "warn"
    assert "1 agents in the last week" in found.what
    assert "on claude-haiku-5-5 where the call says opus" in found.what
    assert "Claude Code's own routing of agents may be on" in found.what


def test_what_a_person_has_set_is_the_nearer_reason(root: Path, env: dict[str, str]) -> None:
    ask(spawn_event(root, 1, model="opus"))
    serve(root, 1, "claude-haiku-5-5")
    env["CLAUDE_CODE_EFFORT_LEVEL"] = "low"
    (found,) = check_rerouted(look(str(root), env))
    assert "that this report names beats the call" in found.what


@pytest.mark.parametrize("is_module", [False, True])
def test_another_plugin_that_may_rewrite_the_call_is_named(
    root: Path, env: dict[str, str], home: Path, *, is_module: bool
) -> None:
    ask(spawn_event(root, 1, model="opus"))
    serve(root, 1, "claude-haiku-5-5")
    rewrite = {"type": "command", "command": "rewrite-models"}
    groups = {"PreToolUse": [{"matcher": "Agent", "hooks": [rewrite]}]}
    if is_module:
        folder = install_plugin(home, root, "other")
        put(folder / "hooks" / "hooks.json", {"modules": ["./x.mjs"]})
        (folder / "hooks" / "x.mjs").write_text("on('agent.spawn', e => e)")
    else:
        install_plugin(home, root, "other", groups)
    (found,) = check_rerouted(look(str(root), env))
    assert "another writer may have changed the call: plugin other" in found.what
    assert "Claude Code's own" not in found.what


def test_what_was_before_the_last_week_is_past(root: Path, env: dict[str, str]) -> None:
    ask(spawn_event(root, 1, model="opus"))
    serve(root, 1, "claude-haiku-5-5")
    path = Path(ledger.path(str(root)))
    rows = path.read_text()
    old, changed = re.subn(r'"time":\s*"\d{4}', '"time":"2020', rows)
    assert changed
    path.write_text(old)
    assert [one.level for one in check_rerouted(look(str(root), env))] == ["ok"]


def test_one_look_around_reads_the_ledger_once(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, roots = ledger.read, []
    monkeypatch.setattr(ledger, "read", lambda top: roots.append(top) or read(top))
    run_checks(look(str(root), env), (check_unseen, check_rerouted))
    assert roots == [str(root)]

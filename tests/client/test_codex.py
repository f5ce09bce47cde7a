"""The real Codex client: the policy's model and effort in the request of a spawned agent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.checkout import leave_out_all_but
from tests.support.policies import synced
from tests.support.tools import CODEX, make_stage, mark_client

from tierwise import ledger
from tierwise.cli import run
from tierwise.domain.coding_tools import default_models
from tierwise.domain.ladder import ladder_of
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy
from tierwise.pricing.prices import load_prices
from tierwise.report.rows import enrich_records
from tierwise.transcripts.codex import read_codex_usage
from tierwise.verify.tools.codex import (
    ANY_ROLE,
    MAIN_MODEL,
    NAMESPACE,
    spawn_agent,
    spawn_agents,
)
from tierwise.verify.tools.session import write_task
from tierwise.verify.wires.wire import Route

MODELS = default_models("codex")
KINDS = {"V1": ("gpt-5.5", "multi_agent_v1"), "V2": (MAIN_MODEL, NAMESPACE)}
CHEAP = {"model": "gpt-6-luna", "reasoning_effort": "low"}
ROLE = {"agent_type": "security-reviewer"}
# Work for the default tier by its own words.
ORDINARY = "Add a --quiet flag to the list command in src/list.py."
Calls = dict[str, dict[str, str]]
OF_A_ROLE: Calls = {"role": ROLE, "role with a model": {**ROLE, **CHEAP}}
OF_NO_ROLE: Calls = {"no role": {}, "no role with a model": CHEAP}
ROWS: dict[str, list[str]] = {
    "enforce": ["enforce"],
    "advise": ["advise"],
    "shadow": ["shadow"],
    "off": [],
}
pytestmark = mark_client(CODEX, "Codex 0.171.0")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [{}, CHEAP])
def test_a_spawn_runs_on_the_policys_model_and_effort(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    named: dict[str, Any],
) -> None:
    synced(repository, "targets: [claude, codex]\n")
    stage = make_stage(repository, tmp_path / "home")
    model, namespace = KINDS[kind]
    call = {**ROLE, "task_name": "look", **named}
    records = tmp_path / "home" / ".codex"
    session = spawn_agent(
        CODEX, stage, call, model=model, namespace=namespace, is_recorded=_tells_of_agent(records)
    )
    assert session.find_route(ANY_ROLE) == Route(MODELS["opus"], "high")

    usage = read_codex_usage(records)
    rows = list(ledger.read(str(repository)))
    table = compile_table(load_policy(str(repository)))
    told = enrich_records(usage.records, rows, ladder_of(table), load_prices({}))
    (agent,) = [row for row in told if not row.record.is_main]
    assert agent.decision is not None
    assert (agent.decision.tier, agent.tier) == ("frontier", "frontier")
    assert agent.domain in table["frontier_only"]["kinds"]

    monkeypatch.chdir(repository)
    monkeypatch.setenv("CODEX_HOME", str(records))
    assert run(["audit", "--tool", "codex", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["compliance"] == {"rate": 1.0, "followed": 1, "served": 1}
    (spawn,) = document["spawns"]
    assert (spawn["agent"], spawn["tier"]) == ("security-reviewer", "frontier")
    assert spawn["served"] == {"model": MODELS["opus"], "effort": "high"}


def _tells_of_agent(records: Path) -> Callable[[], bool]:
    """Whether the client has recorded an agent's call: it may end before that."""
    return lambda: any(not record.is_main for record in read_codex_usage(records).records)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("enforce", "V1"),
        ("enforce", "V2"),
        ("advise", "V1"),
        ("shadow", "V2"),
        ("off", "V1"),
    ],
)
def test_each_mode_routes_what_it_should(
    repository: Path, tmp_path: Path, kind: str, mode: str
) -> None:
    """A role's file is above the model in a call, and that above the session's.

    The tool that spawns matters where the hook writes its input; where it only looks on, one is enough.
    """
    synced(repository, f"targets: [claude, codex]\nhooks: {{mode: {mode}}}\n")
    model, namespace = KINDS[kind]
    stage = make_stage(repository, tmp_path / "home")
    routes = {}
    for calls in (OF_A_ROLE, OF_NO_ROLE):
        spelled = _spell_calls(kind, calls)
        session = spawn_agents(CODEX, stage, spelled, model=model, namespace=namespace)
        routes |= {name: session.find_route(name) for name in calls}
    of_role = Route(MODELS["opus"], "high")
    routed = Route(model, "medium")
    if mode == "enforce":
        routed = Route(MODELS["sonnet"], "medium")
    assert routes == {
        "role": of_role,
        "role with a model": of_role,
        "no role": routed,
        "no role with a model": Route(CHEAP["model"], CHEAP["reasoning_effort"]),
    }
    assert _list_modes(repository) == ROWS[mode] * len(routes)


def _spell_calls(kind: str, calls: Calls) -> dict[str, dict[str, Any]]:
    """The calls as one session can make them: each with a name of its own, and no agent sees another's task."""
    alone = {"V1": {"fork_context": False}, "V2": {"fork_turns": "none"}}[kind]
    return {
        name: {
            **call,
            "task_name": f"look{number}",
            "message": f"{write_task(name)}\n{ORDINARY}",
            **alone,
        }
        for number, (name, call) in enumerate(calls.items())
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_spawn_without_a_role_that_knows_the_session_is_routed_by_the_hook(
    repository: Path, tmp_path: Path, kind: str
) -> None:
    synced(repository, "targets: [claude, codex]\n")
    model, namespace = KINDS[kind]
    call = {"task_name": "look", "message": f"{write_task(ANY_ROLE)}\n{ORDINARY}"}
    stage = make_stage(repository, tmp_path / "home")
    session = spawn_agent(CODEX, stage, call, model=model, namespace=namespace)
    assert session.find_route(ANY_ROLE) == Route(MODELS["sonnet"], "medium")
    assert _list_modes(repository) == ROWS["enforce"]


def _list_modes(repository: Path) -> list[str]:
    """The modes of the decisions that are recorded."""
    return [str(row["mode"]) for row in ledger.read(str(repository)) if row["row"] == "decision"]


def test_a_spawn_that_no_hook_saw_is_unrouted(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    synced(repository, "targets: [codex]\nhooks: {mode: off}\n")
    stage = make_stage(repository, tmp_path / "home")
    records = tmp_path / "home" / ".codex"
    call = {"agent_type": "explorer", "task_name": "look"}
    spawn_agent(CODEX, stage, call, is_recorded=_tells_of_agent(records))
    monkeypatch.chdir(repository)
    monkeypatch.setenv("CODEX_HOME", str(records))
    assert run(["audit", "--tool", "codex", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["unrouted"] == ["explorer"]
    assert document["compliance"]["rate"] is None


def test_a_role_runs_on_its_files_model_where_the_hook_is_off(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [codex]\nhooks: {mode: off}\n")
    assert not (repository / ".codex" / "hooks.json").exists()
    call = {"agent_type": "explorer", "task_name": "look"}
    session = spawn_agent(CODEX, make_stage(repository, tmp_path / "home"), call)
    assert session.find_route(ANY_ROLE) == Route(MODELS["haiku"], "medium")


def test_verify_proves_every_role_of_the_policy(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of a few; of all that are shipped: test_tools.py."""
    cast = leave_out_all_but("security-reviewer", "explorer", debugger="{tier: light, effort: low}")
    # Sessions of the project start on a model that spawns by another tool.
    synced(repository, f"targets: [claude, codex]\n{cast}session: {{start: mid}}\n")
    monkeypatch.chdir(repository)
    monkeypatch.setenv("PATH", make_stage(repository, tmp_path).path)
    assert run(["verify", "--target", "codex", "--client", str(CODEX), "--json"]) == 0
    proof = json.loads(capsys.readouterr().out)
    assert (proof["target"], proof["version"], proof["ok"]) == ("codex", "0.171.0", True)
    wires = {line["name"]: line["wire"] for line in proof["lines"]}
    assert {"security-reviewer", "explorer", "debugger"} <= set(wires)
    assert wires["debugger"] == f"{MODELS['haiku']} low"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("history", ["none", "all"])
def test_the_records_of_a_session_tell_each_request_once(
    repository: Path, tmp_path: Path, kind: str, history: str
) -> None:
    model, namespace = KINDS[kind]
    copied = {"V1": {"fork_context": history == "all"}, "V2": {"fork_turns": history}}[kind]
    stage = make_stage(repository, tmp_path / "home")
    call = {"task_name": "look", **copied}
    records = tmp_path / "home" / ".codex"
    session = spawn_agent(
        CODEX, stage, call, model=model, namespace=namespace, is_recorded=_tells_of_agent(records)
    )
    usage = read_codex_usage(records)
    # The main session asks once more where the agent's end reaches it late.
    assert len(session.requests) == len(usage.records) >= 3
    assert [record.is_main for record in usage.records].count(False) == 1
    assert {(record.input_tokens, record.output_tokens) for record in usage.records} == {(10, 1)}
    assert {record.model for record in usage.records} == {model}
    assert len({record.session for record in usage.records}) == 1

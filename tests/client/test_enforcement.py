"""The hook inside the real client: what the policy says reaches the API, and nothing of ours stops a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.policies import synced, write_policy
from tests.support.repository import git
from tests.support.stand_in import Loopback, tool_results
from tests.support.trust import trust
from tests.support.wire import on_wire

from tierwise import bundle, ledger
from tierwise.domain.client_facts import EFFORT_OF_A_CALL, at_least
from tierwise.routing.audit import join_rows
from tierwise.user_launcher import launcher_path, write_launcher
from tierwise.verify.client import Client
from tierwise.verify.turns import say, spawn, use

pytestmark = pytest.mark.client

# Manual mode: the agents' lines alone decide, so that these tests do not depend on how a task is read.
POLICY = """
extends: balanced
mode: manual
agents:
  Explore: light
  Plan: mid
  general-purpose: {tier: mid, effort: low}
  doc-writer: {tier: light, effort: low}
  my-own: {tier: mid, effort: high}
  keeper: frontier
"""
OWN_AGENT = "---\nname: my-own\ndescription: {name} of the project\nmodel: opus\n---\nYou work.\n"
LIGHT, MID, FRONTIER = "haiku", "sonnet", "opus"


@pytest.fixture
def routed(repository: Path) -> Iterator[Path]:
    """A repository with the policy and everything that is generated from it."""
    own = repository / ".claude" / "agents" / "my-own.md"
    own.parent.mkdir(parents=True)
    own.write_text(OWN_AGENT.format(name="my-own"), encoding="utf-8")
    synced(repository, POLICY)
    yield repository


def test_every_spawn_reaches_the_api_as_decided_and_the_ledger_says_so(
    client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    api.main = [
        use(
            spawn("general-purpose"),
            spawn("Explore"),
            spawn("Plan"),
            spawn("doc-writer"),
            spawn("my-own"),
        ),
        use(spawn("code-reviewer", model="opus"), spawn("explorer", run_in_background=True)),
        use(spawn("formatter"), spawn("debugger")),
        say("over"),
    ]
    answer = client.ask("go", cwd=routed, home=home, url=api.url)
    assert answer.code == 0

    decided = {
        "general-purpose": (MID, "low"),
        "Explore": (LIGHT, "medium"),
        "Plan": (MID, "medium"),
        "doc-writer": (LIGHT, "low"),
        "my-own": (MID, "high"),
        "code-reviewer": (FRONTIER, "high"),  # the caller's own model, within the policy's limits
        "explorer": (LIGHT, "medium"),
        "formatter": (LIGHT, "low"),
        "debugger": (FRONTIER, "high"),
    }
    wire = api.routes()
    assert {name: model for name, (model, _) in wire.items()} == {
        name: on_wire(client.version, *wanted)[0] for name, wanted in decided.items()
    }
    from_files = {"doc-writer", "my-own", "explorer", "formatter", "debugger"}
    for name, wanted in decided.items():
        if at_least(client.version, EFFORT_OF_A_CALL) or name in from_files:
            assert wire[name] == on_wire(client.version, *wanted), name

    spawns = {spawned.agent: spawned for spawned in join_rows(ledger.read(str(routed)))}
    assert set(spawns) == set(decided)
    assert {name: spawned.served_model for name, spawned in spawns.items()} == {
        name: model for name, (model, _) in wire.items()
    }
    assert {
        name: spawned.served_effort for name, spawned in spawns.items() if spawned.served_effort
    } == {name: effort for name, (_, effort) in wire.items() if effort}
    assert [name for name, spawned in spawns.items() if spawned.override] == ["code-reviewer"]
    assert all(spawned.tokens for spawned in spawns.values())


def test_an_agent_spawned_by_an_agent_is_routed_too(
    client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    api.main = [use(spawn("general-purpose", run_in_background=False)), say("over")]
    inner = spawn("Explore", "Find the entry point of the program.", run_in_background=False)
    api.agents["general-purpose"] = [use(inner), say("found")]
    client.ask("go", cwd=routed, home=home, url=api.url)
    if not api.of_agent("Explore"):
        pytest.skip(f"{client} does not let a subagent spawn another one")
    assert api.spawned("Explore").model == on_wire(client.version, LIGHT, "")[0]
    rows = [
        row
        for row in ledger.read(str(routed))
        if row["row"] == "decision" and row["agent"] == "Explore"
    ]
    assert [bool(row["by"]) for row in rows] == [True]


def test_an_edit_of_the_policy_changes_the_very_next_spawn(
    newest_client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    plans = [
        spawn("Plan", f"Plan number {number}.", run_in_background=False) for number in range(3)
    ]
    api.main = [turn for plan in plans for turn in (use(plan), say("planned"))]
    with newest_client.session(cwd=routed, home=home, url=api.url) as session:
        session.ask("plan it")
        write_policy(routed, POLICY.replace("Plan: mid", "Plan: {tier: frontier, effort: max}"))
        session.ask("plan it again")
        write_policy(routed, "mode: [half-typed")
        session.ask("and again")
    wanted = [
        (MID, "medium"),
        (FRONTIER, "max"),
        (FRONTIER, "max"),
    ]  # the half-typed edit changes nothing
    expected = [on_wire(newest_client.version, *pair) for pair in wanted]
    assert [(request.model, request.effort) for request in api.of_agent("Plan")] == expected


def test_plugin_and_settings_at_once_decide_alike_and_record_once(
    newest_client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    api.main = [
        use(spawn("Explore"), spawn("tierwise:researcher"), spawn("Plan", model="haiku")),
        say("over"),
    ]
    plugin = ("--plugin-dir", bundle.root())
    answer = newest_client.ask("go", *plugin, cwd=routed, home=home, url=api.url)
    assert answer.code == 0
    decided = {
        "Explore": (LIGHT, "medium"),
        "tierwise:researcher": (FRONTIER, "high"),
        "Plan": (LIGHT, "medium"),
    }
    assert api.routes() == {
        name: on_wire(newest_client.version, *wanted) for name, wanted in decided.items()
    }
    calls = [
        (row["row"], row["tool_use_id"])
        for row in ledger.read(str(routed))
        if row.get("tool_use_id")
    ]
    assert len(calls) == len(set(calls)) == 9  # three spawns: decided, served, stopped


def test_a_plugin_alone_routes_by_the_balanced_preset(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    api.main = [use(spawn("Explore", "Where is the entry point?")), say("over")]
    newest_client.ask("go", "--plugin-dir", bundle.root(), cwd=repository, home=home, url=api.url)
    assert api.spawned("Explore").model == on_wire(newest_client.version, LIGHT, "")[0]
    assert git(repository, "status", "--porcelain") == ""


def break_policy(root: Path) -> None:
    write_policy(root, "tiers: [half-typed")


def break_table(root: Path) -> None:
    (root / ".tierwise" / "table.json").write_bytes(b'{"schema": 1, "tiers"')


def break_launcher(root: Path) -> None:
    launcher = Path(launcher_path({"HOME": str(root.parent / "home")}))
    launcher.write_text("/nowhere/python\t/nowhere/run.py\n")


def kill_the_hook(root: Path) -> None:
    (root / ".tierwise" / "hook").write_text("#!/bin/sh\nkill -9 $$\n")


FAULTS = (
    (break_policy, MID),  # the last valid table stays
    (break_table, MID),  # compiled on the spot
    (break_launcher, FRONTIER),  # unrouted: Plan inherits the session's model
    (kill_the_hook, FRONTIER),
)
DAMAGED = ("tierwise.yaml", ".tierwise/table.json", ".tierwise/hook")


def test_faults_of_ours_leave_the_session_going(
    client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    """One session, which meets one fault after the other, each of them mended before the next."""
    calls = [
        spawn("Plan", f"Plan number {number}.", run_in_background=False)
        for number in range(len(FAULTS))
    ]
    api.main = [turn for call in calls for turn in (use(call), say("over"))]
    sound = {name: (routed / name).read_bytes() for name in DAMAGED}
    found = {}
    with client.session(
        cwd=routed, home=home, url=api.url, env={"PATH": "/usr/bin:/bin"}
    ) as session:
        for damage, _ in FAULTS:
            for name, content in sound.items():
                (routed / name).write_bytes(content)
            write_launcher({"HOME": str(home)})
            damage(routed)
            result = session.ask("plan it")
            assert (result["is_error"], result["result"]) == (False, "over"), damage
            found[damage] = api.of_agent("Plan")[-1].model
    assert found == {damage: on_wire(client.version, model, "")[0] for damage, model in FAULTS}


def test_work_with_a_right_answer_is_answered_with_its_command(
    newest_client: Client, api: Loopback, routed: Path, home: Path
) -> None:
    write_policy(routed, "extends: balanced\nautomated:\n  lint: ruff check .\n")
    trust(routed)
    api.main = [
        use(spawn("general-purpose", "Run the linter.", description="Run the linter")),
        say("over"),
    ]
    answer = newest_client.ask("go", cwd=routed, home=home, url=api.url)
    assert answer.code == 0
    assert api.routes() == {}
    assert any(
        "ruff check ." in text
        for request in api.of_main()
        for text in tool_results(request).values()
    )

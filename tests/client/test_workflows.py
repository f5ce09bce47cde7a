"""Workflows in the real clients: each agent of a script runs as its `agent()` call was decided."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.support.checkout import copy_checkout
from tests.support.policies import synced
from tests.support.stand_in import Loopback, tool_results
from tests.support.workflows import Workflow, load_workflows, make_large

from tierwise import ledger
from tierwise.routing.audit import AuditedSpawn, compliance, join_rows
from tierwise.verify import clients
from tierwise.verify.client import Client
from tierwise.verify.turns import ToolCall, say, use

pytestmark = pytest.mark.client

AT_ONCE = 10  # workflows of one reply
PROMPTS = (
    "Write the README section on installing.",
    "Add a button that exports the table to the settings page.",
    "Fix the race condition between the two workers that write the cache.",
    "Rotate the signing key that the login tokens are encrypted with.",
    "Find every place where the date of a report is parsed.",
    "Rename the variable tmp to path in src/run.py.",
)
MODELS = {
    "light": "claude-haiku-5-5",
    "mid": "claude-sonnet-5-5",
    "frontier": "claude-opus-5-5",
}
NOT_ROUTED = {"passed_on", "list_arguments"}  # their agents start in a way that cannot be read


def run_all(
    client: Client, api: Loopback, root: Path, home: Path, scripts: list[Workflow]
) -> dict[str, str]:
    """One session that runs every script; the id of each one's call, by name."""
    calls = {script.name: ToolCall("Workflow", {"script": script.text}) for script in scripts}
    listed = list(calls.values())
    waves = [listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE)]
    api.main = [*(use(*wave) for wave in waves), say("over")]
    answer = client.ask("go", "--allowedTools", "Workflow", cwd=root, home=home, url=api.url)
    assert answer.code == 0
    return {name: call.id for name, call in calls.items()}


def choose_scripts(version: str) -> list[Workflow]:
    """All scripts for the newest client; for each older one every third, no two clients the same.

    How a script is read does not depend on the client; how its agents are started does.
    """
    scripts = [one for one in load_workflows() if not one.broken]
    if version == clients.NEWEST:
        return scripts
    return scripts[clients.VERSIONS.index(version) :: len(clients.VERSIONS)]


def test_every_script_runs_as_it_was_decided(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\n")
    scripts = choose_scripts(client.version)
    calls = run_all(client, api, repository, home, scripts)
    rows = list(ledger.read(str(repository)))
    runs = {str(row["run"]): str(row["tool_use_id"]) for row in rows if row["row"] == "launched"}
    spawns = [spawn for spawn in join_rows(rows) if spawn.run]
    started = Counter(runs[spawn.run] for spawn in spawns)
    for script in scripts:
        assert started[calls[script.name]] == script.runs, script.name
    left = {calls[name] for name in NOT_ROUTED & calls.keys()}
    routed = [spawn for spawn in spawns if runs[spawn.run] not in left]
    assert {spawn.outcome for spawn in routed} == {"followed"}, wrong(routed)
    assert compliance(routed).rate == 1


def test_the_hook_and_the_module_agree_on_each_agent_and_count_it_once(
    newest_client: Client, api: Loopback, repository: Path, home: Path, tmp_path: Path
) -> None:
    """One script that the hook can read, and its twin whose agents the plugin's module decides."""
    synced(repository, "extends: balanced\n")
    calls = "\n".join(f"await agent({prompt!r})" for prompt in PROMPTS)
    meta = "export const meta = {name: 'x', description: 'y'}\n"
    read = ToolCall("Workflow", {"script": meta + calls})
    passed_on = calls.replace("await agent(", "await start(")
    unread = ToolCall("Workflow", {"script": f"{meta}const start = agent\n{passed_on}"})
    api.main = [use(read), use(unread), say("over")]
    plugin = copy_checkout(tmp_path / "plugin")
    options = ("--plugin-dir", str(plugin), "--allowedTools", "Workflow")
    patient = {"TIERWISE_DEADLINE_MS": "10000"}
    newest_client.ask("go", *options, cwd=repository, home=home, url=api.url, env=patient)
    decided = [row for row in ledger.read(str(repository)) if row["row"] == "decision"]
    by_hook = find_tiers(decided, read.id)
    assert len(set(by_hook)) > 1
    assert by_hook == find_tiers(decided, unread.id)
    assert len(decided) == 2 * len(PROMPTS)
    for prompt, tier in zip(PROMPTS, by_hook, strict=True):
        models = [one.model for one in api.requests if one.is_subagent and prompt in one.text]
        assert models == [MODELS[tier]] * 2, prompt


def find_tiers(rows: list[ledger.Row], call: str) -> list[object]:
    """The tiers of a workflow's agents, in the order of their decisions."""
    return [
        row["tier"]
        for row in rows
        if isinstance(row["workflow"], dict) and row["workflow"]["call"] == call
    ]


def test_a_long_script_and_one_in_a_file_run_in_the_client(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\n")
    text = (
        "export const meta = {name: 'docs', description: 'y'}\nreturn agent('Write the README')\n"
    )
    path = repository / ".claude" / "workflows" / "write-docs.js"
    path.parent.mkdir()
    path.write_bytes(text.replace("\n", "\r\n").encode())
    dated = path.with_name("dated.js")
    dated.write_text(text.replace("docs", "dated") + "const now = Date.now()\n")
    large = make_large(200_000)
    api.main = [
        use(
            ToolCall("Workflow", {"script": large.text}),
            ToolCall("Workflow", {"scriptPath": str(path)}),
            ToolCall("Workflow", {"name": "docs"}),
            ToolCall("Workflow", {"scriptPath": str(dated)}),
        ),
        say("over"),
    ]
    newest_client.ask("go", "--allowedTools", "Workflow", cwd=repository, home=home, url=api.url)
    spawns = [spawn for spawn in join_rows(ledger.read(str(repository))) if spawn.run]
    routed = [spawn.served_model for spawn in spawns if spawn.outcome == "followed"]
    assert routed == ["claude-haiku-5-5"] * 2
    assert [spawn.outcome for spawn in spawns].count("unrouted") == 1
    results = list(tool_results(api.of_main()[1]).values())
    assert len(results) == 4
    assert all("Workflow launched" in result for result in results)


def test_a_workflow_that_the_policy_refuses_starts_nothing(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    synced(repository, "extends: balanced\nhooks: {fan_out: {agents: 1, then: deny}}\n")
    script = (
        "export const meta = {name: 'x', description: 'y'}\nawait agent('a')\nawait agent('b')\n"
    )
    api.main = [use(ToolCall("Workflow", {"script": script})), say("over")]
    newest_client.ask("go", "--allowedTools", "Workflow", cwd=repository, home=home, url=api.url)
    assert not [request for request in api.requests if request.is_subagent]
    (result,) = tool_results(api.of_main()[-1]).values()
    assert "2 agents, where the policy allows 1 (hooks.fan_out)" in result


def wrong(spawns: list[AuditedSpawn]) -> list[tuple[str, object, str, str]]:
    return [
        (spawn.tool_use_id, spawn.decision.get("model"), spawn.served_model, spawn.served_effort)
        for spawn in spawns
        if spawn.outcome != "followed"
    ]

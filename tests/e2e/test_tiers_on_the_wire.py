"""The issue's proof: what the policy names is what the real client asks the API for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.support.checkout import preset, shipped, tier_of, tierwise
from tests.support.stand_in import Loopback
from tests.support.wire import on_wire

from tierwise.verify.client import Client
from tierwise.verify.turns import ScriptedTurn, say, spawn, use

pytestmark = pytest.mark.client

# A newer client runs at most twenty subagents at once and refuses the next.
AT_ONCE = 10
NO_HOOKS = "version: 1\nextends: balanced\nhooks: {mode: off}\n"


def spawn_all(agents: Iterable[str]) -> list[ScriptedTurn]:
    """Turns that spawn each agent once, in the foreground, some at a time."""
    numbered = [
        spawn(agent, f"Go on with item {number} of the list.", run_in_background=False)
        for number, agent in enumerate(sorted(agents), 100)
    ]
    waves = [numbered[start : start + AT_ONCE] for start in range(0, len(numbered), AT_ONCE)]
    return [*(use(*wave) for wave in waves), say("all back")]


def ask(client: Client, api: Loopback, repository: Path, home: Path) -> None:
    """One session of one prompt; what it did is in ``api``."""
    answer = client.ask("go", cwd=repository, home=home, url=api.url)
    assert answer.text == "all back", answer


def test_every_shipped_agent_runs_on_its_tier_by_its_file_alone(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    """With the hook: tests/verify/test_proof.py."""
    (repository / "tierwise.yaml").write_text(NO_HOOKS)
    assert tierwise(repository, "install").returncode == 0
    api.main = spawn_all(shipped("agents"))
    ask(client, api, repository, home)
    assert api.routes() == {
        agent: on_wire(client.version, *tier_of(preset(), agent)) for agent in shipped("agents")
    }


def test_one_edited_line_and_a_sync_move_the_next_session(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    policy = repository / "tierwise.yaml"
    policy.write_text("version: 1\nextends: balanced\nagents:\n  explorer: light\n")
    tierwise(repository, "install")
    api.main = spawn_all(["explorer", "planner"])
    ask(newest_client, api, repository, home)
    before = api.routes()

    policy.write_text(
        policy.read_text().replace("explorer: light", "explorer: {tier: mid, effort: low}")
    )
    assert tierwise(repository, "check").returncode == 1
    assert tierwise(repository, "sync").returncode == 0
    api.forget()
    ask(newest_client, api, repository, home)
    assert before["explorer"] == on_wire(newest_client.version, "haiku", "medium")
    assert api.routes() == before | {"explorer": on_wire(newest_client.version, "sonnet", "low")}


def test_a_new_model_is_one_line(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    (repository / "tierwise.yaml").write_text(
        "version: 1\nextends: balanced\ntiers:\n  mid: {model: claude-opus-4-6, effort: max}\n"
    )
    tierwise(repository, "install")
    api.main = spawn_all(["implementer", "explorer"])
    ask(client, api, repository, home)
    assert api.routes() == {
        "implementer": on_wire(client.version, "claude-opus-4-6", "max"),
        "explorer": on_wire(client.version, "haiku", "medium"),
    }


def test_the_users_own_agent_gets_its_tier_and_keeps_its_prompt(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    agent = repository / ".claude" / "agents" / "poet.md"
    agent.parent.mkdir(parents=True)
    agent.write_text(
        "---\nname: poet\ndescription: Writes: verse, with: colons\n---\nRhyme in the manner of Basho.\n"
    )
    (repository / "tierwise.yaml").write_text(
        "version: 1\nextends: balanced\nagents: {poet: light}\n"
    )
    tierwise(repository, "install")
    api.main = spawn_all(["poet"])
    ask(newest_client, api, repository, home)
    assert (api.spawned("poet").model, api.spawned("poet").effort) == on_wire(
        newest_client.version, "haiku", "medium"
    )
    assert "Rhyme in the manner of Basho." in api.spawned("poet").system


@pytest.mark.parametrize(
    ("session", "flag", "expected"),
    [
        ("{model: haiku}", "default", ("haiku", None)),
        ("{model: opusplan, effort: low}", "default", ("sonnet", "low")),
        ("{model: opusplan, effort: low}", "plan", ("opus", "low")),
    ],
)
def test_the_policys_session_is_the_main_sessions_model(
    newest_client: Client,
    api: Loopback,
    repository: Path,
    home: Path,
    session: str,
    flag: str,
    expected: tuple[str, str | None],
) -> None:
    (repository / "tierwise.yaml").write_text(
        f"version: 1\nextends: balanced\nsession: {session}\n"
    )
    tierwise(repository, "install")
    newest_client.ask("go", "--permission-mode", flag, cwd=repository, home=home, url=api.url)
    model, effort = expected
    assert api.requests[0].model == on_wire(newest_client.version, model, "low")[0]
    assert effort is None or api.requests[0].effort == effort


def test_each_slash_command_resolves_and_runs_on_its_tier(
    client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    tierwise(repository, "install")
    commands = sorted((repository / ".claude" / "commands").glob("*.md"))
    seen = []
    with client.session("--model", "fable", cwd=repository, home=home, url=api.url) as session:
        for path in commands:
            session.ask(f"/{path.stem} the third item")
            seen.append((path.stem, api.of_main()[-1]))
        session.ask("and now without a command")
    assert [name for name, _ in seen] == shipped("commands")
    for path, (name, request) in zip(commands, seen, strict=True):
        own = dict(
            line.split(": ", 1)
            for line in path.read_text().split("---")[1].splitlines()
            if ": " in line
        )
        model, effort = own.get("model", "fable"), own.get("effort")
        wire = on_wire(client.version, model, effort or "")
        assert (name, request.model) == (name, wire[0])
        assert effort is None or (name, request.effort) == (name, wire[1])
        assert f"<command-name>/{name}</command-name>" in request.text
    tiers = preset()["tiers"]
    routes = {name: (request.model, request.effort) for name, request in seen}
    for rank, tier in tiers.items():
        assert routes[rank] == on_wire(client.version, tier["model"], tier["effort"])
    assert api.of_main()[-1].model == on_wire(client.version, "fable", "")[0]

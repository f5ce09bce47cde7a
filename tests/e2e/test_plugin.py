"""The plugin form: installed from this checkout as its own marketplace, offline."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import CLIENTS_REQUIRED, real_client
from tests.e2e.test_tiers_on_the_wire import ask, spawn_all
from tests.support.checkout import preset, shipped, tier_of, tierwise
from tests.support.repository import make_repository
from tests.support.stand_in import Loopback
from tests.support.wire import on_wire

from tierwise.user_launcher import write_launcher
from tierwise.verify import clients
from tierwise.verify.client import Client, make_home
from tierwise.verify.turns import say, spawn, use

pytestmark = pytest.mark.client

# What the issue allows the whole bundle to add to every session.
ALWAYS_ON_TOKENS = 1000


@dataclass(frozen=True)
class PluggedIn:
    """A client with a repository and a home that it has installed the plugin in."""

    client: Client
    repository: Path
    home: Path


@pytest.fixture(scope="module", params=clients.VERSIONS)
def plugged_in(
    request: pytest.FixtureRequest, checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> PluggedIn:
    """Each client with the plugin, installed once for all tests that leave both folders as they are."""
    client = real_client(str(request.param), required=CLIENTS_REQUIRED)
    folder = tmp_path_factory.mktemp("plugged-in")
    home = make_home(folder / "home")
    write_launcher({"HOME": str(home)})
    repository = make_repository(folder / "repository")
    install_plugin(client, checkout, repository, home)
    return PluggedIn(client, repository, home)


def install_plugin(client: Client, checkout: Path, repository: Path, home: Path) -> None:
    """The two calls that a user makes."""
    for call in (
        ["marketplace", "add", str(checkout)],
        ["install", "tierwise@tierwise", "--scope", "project"],
    ):
        done = client.run(["plugin", *call], cwd=repository, home=home)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_directorys_own_checks_pass_without_a_warning(
    newest_client: Client, checkout: Path, home: Path
) -> None:
    call = ["plugin", "validate", "--strict", "--profile", "directory", "."]
    done = newest_client.run(call, cwd=checkout, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout.lower()


def test_the_bundle_adds_few_tokens_to_a_session(
    newest_client: Client, checkout: Path, repository: Path, home: Path
) -> None:
    install_plugin(newest_client, checkout, repository, home)
    details = newest_client.run(["plugin", "details", "tierwise"], cwd=repository, home=home).stdout
    always_on = re.search(r"Always-on:\s+~([\d.,]+)(k?) tok", details)
    assert always_on, details
    assert float(always_on[1].replace(",", "")) * (1000 if always_on[2] else 1) < ALWAYS_ON_TOKENS
    assert f"Agents ({len(shipped('agents'))})" in details


def choose_agents(version: str) -> dict[str, tuple[str, str]]:
    """All agents of the plugin for the newest client, one of each model and effort for the older ones."""
    tiers = {name: tier_of(preset(), name) for name in shipped("agents")}
    if version == clients.NEWEST:
        return tiers
    one_of_each = {tier: name for name, tier in tiers.items()}
    return {name: tier for tier, name in one_of_each.items()}


def test_the_plugins_agents_run_on_the_default_policys_tiers(
    plugged_in: PluggedIn, api: Loopback
) -> None:
    client = plugged_in.client
    agents = {f"tierwise:{name}": tier for name, tier in choose_agents(client.version).items()}
    api.main = spawn_all(agents)
    ask(client, api, plugged_in.repository, plugged_in.home)
    assert api.routes() == {agent: on_wire(client.version, *tier) for agent, tier in agents.items()}


def test_the_plugins_commands_run_on_their_tiers(plugged_in: PluggedIn, api: Loopback) -> None:
    client = plugged_in.client
    folders = {"cwd": plugged_in.repository, "home": plugged_in.home}
    with client.session("--model", "fable", url=api.url, **folders) as session:
        for rank, tier in preset()["tiers"].items():
            session.ask(f"/tierwise:{rank} the third item")
            request = api.of_main()[-1]
            assert (request.model, request.effort) == on_wire(
                client.version, tier["model"], tier["effort"]
            )
            assert f"<command-name>/tierwise:{rank}</command-name>" in request.text


def test_beside_the_plugin_install_writes_no_hooks_of_its_own(
    plugged_in: PluggedIn, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    shutil.copytree(plugged_in.repository, repository)
    assert tierwise(repository, "install").returncode == 0
    settings = json.loads((repository / ".claude" / "settings.json").read_text())
    assert settings == {"enabledPlugins": {"tierwise@tierwise": True}}


def test_the_plugins_command_is_found_in_its_bin(plugged_in: PluggedIn, api: Loopback) -> None:
    client = plugged_in.client
    if client.version == "2.1.197":
        pytest.skip("this version puts no plugin's bin/ on PATH")
    repository = plugged_in.repository
    answer = tierwise(repository, "route", "--", "fix the login").stdout.splitlines()[0]
    env = {"PATH": "/usr/bin:/bin"}
    client.ask(
        "/tierwise:route fix the login", cwd=repository, home=plugged_in.home, url=api.url, env=env
    )
    assert answer in api.requests[-1].text


def test_a_pin_of_another_plugins_agent_reaches_the_wire(
    client: Client, api: Loopback, repository: Path, home: Path, tmp_path: Path
) -> None:
    market = tmp_path / "market"
    plugin = market / "other"
    for folder in (market / ".claude-plugin", plugin / ".claude-plugin", plugin / "agents"):
        folder.mkdir(parents=True)
    entry = {"name": "other", "source": "./other", "description": "d"}
    listed = {"name": "market", "owner": {"name": "a"}, "plugins": [entry]}
    (market / ".claude-plugin" / "marketplace.json").write_text(json.dumps(listed))
    told = {"name": "other", "version": "1.0.0", "description": "d"}
    (plugin / ".claude-plugin" / "plugin.json").write_text(json.dumps(told))
    agent = "---\nname: auditor\ndescription: Audits\nmodel: sonnet\n---\nAudit.\n"
    (plugin / "agents" / "auditor.md").write_text(agent)
    assert tierwise(repository, "install").returncode == 0
    for call in (["marketplace", "add", str(market)], ["install", "other@market"]):
        done = client.run(["plugin", *call], cwd=repository, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
    hard = "Audit the authentication for race conditions and find the root cause."
    api.main = [use(spawn("other:auditor", hard, run_in_background=False)), say("back")]
    client.ask("go", "--model", "opus", cwd=repository, home=home, url=api.url)
    assert api.routes()["other:auditor"][0] == on_wire(client.version, "sonnet", "")[0]

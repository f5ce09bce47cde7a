"""The first hour in a repository that uses Claude Code already, on the wire of the real client."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.policies import write_policy
from tests.support.repository import git, make_repository
from tests.support.stand_in import Loopback
from tests.support.wire import on_wire

from tierwise.verify.client import Client
from tierwise.verify.turns import say, spawn, use

pytestmark = pytest.mark.client

PINNED = "---\nname: auditor\ndescription: Audits changes\nmodel: sonnet\n---\nAudit.\n"
EASY = "Where does the program start?"
HARD = "Audit the authentication for race conditions and find the root cause."


def ask_for(
    client: Client, api: Loopback, folder: Path, home: Path, *agents: str, env: dict[str, str]
) -> dict[str, str]:
    """The model on which each agent ran, spawned in a session that starts in ``folder``."""
    calls = [
        spawn(agent, HARD if agent == "auditor" else f"{EASY} ({agent})", run_in_background=False)
        for agent in agents
    ]
    api.main = [use(*calls), say("all back")]
    answer = client.ask("go", cwd=folder, home=home, url=api.url, env=env)
    assert answer.text == "all back", answer
    return {agent: model for agent, (model, _) in api.routes().items()}


@pytest.fixture
def used(repository: Path, home: Path) -> Path:
    """A repository with an agent of its own that names a model, after `install` and a commit."""
    own = repository / ".claude" / "agents" / "auditor.md"
    own.parent.mkdir(parents=True)
    own.write_text(PINNED, encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: an agent")
    assert tierwise(repository, "install", env={"HOME": str(home)}).returncode == 0
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: routing")
    return repository


def model_of(client: Client, alias: str) -> str:
    return on_wire(client.version, alias, "high")[0]


def test_the_owners_pin_holds_and_the_builtin_is_routed_from_a_subfolder(
    newest_client: Client, api: Loopback, used: Path, home: Path
) -> None:
    subfolder = used / "packages" / "web"
    subfolder.mkdir(parents=True)
    found = ask_for(newest_client, api, subfolder, home, "auditor", "Explore", env={})
    assert found["auditor"] == model_of(newest_client, "sonnet")
    assert found["Explore"] == model_of(newest_client, "haiku")


def test_a_fresh_clone_is_routed_after_the_users_one_install(
    newest_client: Client, api: Loopback, used: Path, home: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(used), str(clone))
    found = ask_for(newest_client, api, clone, home, "Explore", env={"PATH": "/usr/bin:/bin"})
    assert found == {"Explore": model_of(newest_client, "haiku")}


def write_agent(path: Path, name: str, model: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"---\nname: {name}\ndescription: d\nmodel: {model}\n---\nDo.\n", encoding="utf-8"
    )


def test_agents_of_every_name_and_place_run_as_the_policy_and_their_files_say(
    newest_client: Client, api: Loopback, repository: Path, home: Path
) -> None:
    own, web = repository / ".claude" / "agents", repository / "packages" / "web"
    write_agent(own / "fe.md", "Frontend Developer", "opus")
    write_agent(own / "team" / "rev.md", "team/reviewer", "opus")
    write_agent(own / "deep" / "other-name.md", "deep-one", "claude-opus-4-5")
    write_agent(home / ".claude" / "agents" / "file.md", "user-one", "claude-opus-4-5")
    write_agent(web / ".claude" / "agents" / "near.md", "near-one", "claude-opus-4-5")
    lines = '  "Frontend Developer": mid\n  team/reviewer: light\n'
    write_policy(repository, f"extends: balanced\nagents:\n{lines}")
    assert tierwise(repository, "install", env={"HOME": str(home)}).returncode == 0
    named = {"Frontend Developer": "sonnet", "team/reviewer": "haiku"}
    pinned = ["deep-one", "user-one", "near-one"]
    found = ask_for(newest_client, api, web, home, *named, *pinned, env={})
    assert found == {
        **{agent: model_of(newest_client, alias) for agent, alias in named.items()},
        **dict.fromkeys(pinned, "claude-opus-4-5"),
    }


@pytest.mark.parametrize("start", ["", "below"])
def test_a_submodule_is_routed_after_an_install_in_it(
    start: str, newest_client: Client, api: Loopback, repository: Path, home: Path, tmp_path: Path
) -> None:
    library = make_repository(tmp_path / "library", {"below/file": "x"})
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "libs/one"]
    git(repository, *add)
    inner = repository / "libs" / "one"
    assert tierwise(inner, "install", env={"HOME": str(home)}).returncode == 0
    found = ask_for(newest_client, api, inner / start, home, "Explore", env={})
    assert found == {"Explore": model_of(newest_client, "haiku")}


@pytest.mark.parametrize(("ci", "alias"), [("true", "opus"), ("", "sonnet")])
def test_a_review_goes_where_ci_says(
    ci: str, alias: str, newest_client: Client, api: Loopback, used: Path, home: Path
) -> None:
    api.main = [
        use(spawn("code-reviewer", "Review the diff.", run_in_background=False)),
        say("all back"),
    ]
    newest_client.ask("go", cwd=used, home=home, url=api.url, env={"CI": ci})
    assert api.routes()["code-reviewer"][0] == model_of(newest_client, alias)

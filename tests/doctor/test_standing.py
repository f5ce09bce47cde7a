"""What cannot be routed from where one stands, and what the hook never saw."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from tests.support.hook import ask, spawn_event
from tests.support.policies import synced, write_policy
from tests.support.repository import git

from tierwise.cli import run
from tierwise.doctor import agents, dropped, unseen, wiring
from tierwise.doctor.finding import Finding
from tierwise.doctor.place import look
from tierwise.sync.machine import PATH as LOCAL
from tierwise.sync.machine import set_up_machine, wire_subfolders

REFUSED = {
    "no-name": "---\ndescription: d\n---\n",
    "no-description": "---\nname: x\n---\n",
    "empty-description": "---\nname: x\ndescription:\n---\n",
    "list-description": "---\nname: x\ndescription: [d]\n---\n",
    "number-name": "---\nname: 13\ndescription: d\n---\n",
    "no-frontmatter": "just text\n",
    "half-quoted": '---\nname: x\ndescription: "a" then b\n---\n',
    "raw-lines": '---\nname: x\ndescription: Use when. Examples:\n\n<e>\nuser: "x"\n</e>\n---\n',
    "colon-and-more": "---\nname: x\ndescription: Use: this\n  more: that\n---\n",
}
LOADED = {
    "plain": "---\nname: x\ndescription: d\n---\n",
    "colon": "---\nname: x\ndescription: Use when: this happens\n---\n",
    "bracket": "---\nname: x\ndescription: [x] is y\n---\n",
    "star": "---\nname: x\ndescription: *bold* text\n---\n",
    "at": "---\nname: x\ndescription: @x\n---\n",
    "tab": "---\nname:\tx\ndescription: d\n---\n",
    "blank-in-name": "---\nname: A Name\ndescription: d\n---\n",
    "crlf": "---\r\nname: x\r\ndescription: d\r\n---\r\n",
    "bom": "\ufeff---\nname: x\ndescription: d\n---\n",
}


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    (repository / "packages" / "web").mkdir(parents=True)
    return repository


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.defpath}


def words(found: list[Finding]) -> str:
    return "\n".join(f"{one.level} {one.what} {one.remedy}" for one in found)


def test_from_a_subfolder_nothing_is_routed_until_this_machine_is_set_up(
    root: Path, env: dict[str, str]
) -> None:
    below = str(root / "packages" / "web")
    (found,) = wiring.check_wiring(look(str(root), env, below))
    assert found.level == "fail" and "packages/web" in found.what
    (warned,) = wiring.check_subfolders(look(str(root), env))
    assert warned.level == "warn"
    assert set_up_machine(str(root), env) == []
    assert [one.level for one in wiring.check_wiring(look(str(root), env, below))] == ["ok"]
    assert [one.level for one in wiring.check_subfolders(look(str(root), env))] == ["ok"]
    assert [one.level for one in wiring.check_wiring(look(str(root), env))] == ["ok"]  # once
    assert LOCAL not in git(root, "status", "--porcelain", "-uall")


def test_a_linked_work_tree_and_its_folders_follow_the_main_one(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    (root / "packages" / "web" / "f").write_text("")
    git(root, "add", "-A")
    git(root, "commit", "-qnm", "feat: routing")
    tree = tmp_path / "tree"
    git(root, "worktree", "add", "-q", str(tree), "-b", "other")
    below = str(tree / "packages" / "web")
    assert next(wiring.check_wiring(look(str(tree), env, below))).level == "fail"
    wire_subfolders(str(root))
    assert next(wiring.check_wiring(look(str(tree), env, below))).level == "ok"


def test_uninstall_takes_the_wiring_for_subfolders_out_byte_for_byte(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exclude = (root / ".git" / "info" / "exclude").read_bytes()
    set_up_machine(str(root), env)
    assert (root / LOCAL).exists()
    monkeypatch.chdir(root)
    assert run(["uninstall"]) == 0
    assert not (root / LOCAL).exists()
    assert (root / ".git" / "info" / "exclude").read_bytes() == exclude


def test_the_users_own_local_settings_come_back(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = b'{"model":   "opus"}'
    (root / LOCAL).write_bytes(mine)
    set_up_machine(str(root), env)
    assert json.loads((root / LOCAL).read_bytes())["model"] == "opus"
    monkeypatch.chdir(root)
    assert run(["uninstall"]) == 0
    assert (root / LOCAL).read_bytes() == mine


def test_audit_and_status_say_what_is_not_routed_from_here(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder, expected in ((root, False), (root / "packages" / "web", True)):
        monkeypatch.chdir(folder)
        for command in ("audit", "status"):
            run([command])
            assert ("not routed from here" in capsys.readouterr().err) is expected


@pytest.mark.parametrize(
    "settings",
    [
        {"sandbox": {"network": {"httpProxyPort": None}}},
        {"statusLine": "date"},
        {"cleanupPeriodDays": 0},
        {"env": []},
        {"disableAllHooks": "no"},
    ],
)
def test_a_known_key_for_which_the_client_drops_the_file_fails(
    settings: dict[str, object], root: Path, env: dict[str, str]
) -> None:
    (root / LOCAL).write_text(json.dumps(settings))
    found = list(dropped.check_dropped(look(str(root), env)))
    assert [one.level for one in found] == ["fail"], words(found)


def test_numbers_that_json_does_not_have_fail(root: Path, env: dict[str, str]) -> None:
    (root / LOCAL).write_text('{"cleanupPeriodDays": NaN}')
    assert "NaN is no JSON" in words(list(wiring.check_settings(look(str(root), env))))


def test_what_the_client_says_counts(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    says = (
        "Invalid settings\\n- /a/settings.json › x: Expected number\\n"
        '- /a/settings.json › y: Invalid permission rule \\"B(\\" was skipped: z\\n\\nRemote\\n- no\\n'
    )
    client = tmp_path / "bin" / "claude"
    client.parent.mkdir()
    script = f'[ "$1" = --version ] && echo "2.1.329 (Claude Code)" && exit\nprintf "{says}"'
    client.write_text(f"#!/bin/sh\n{script}\n")
    client.chmod(0o755)
    asked = {**env, "PATH": f"{client.parent}:{os.defpath}"}
    found = list(dropped.check_dropped(look(str(root), asked)))
    assert [one.level for one in found] == ["fail", "warn"], words(found)


def transcript_of(root: Path, home: Path, folder: Path, call: str) -> Path:
    """A session that started in ``folder`` with one subagent."""
    place = home / ".claude" / "projects" / unseen.project_name(str(folder))
    session = place / f"{call}.jsonl"
    agent = place / call / "subagents" / "agent-a.jsonl"
    agent.parent.mkdir(parents=True)
    session.write_text(
        json.dumps({"type": "user", "cwd": str(folder)}, separators=(",", ":")) + "\n"
    )
    agent.write_text("{}\n")
    (agent.parent / "agent-a.meta.json").write_text(
        json.dumps({"agentType": "Explore", "toolUseId": call})
    )
    return agent


def test_spawns_that_the_hook_never_saw_are_counted(
    root: Path, env: dict[str, str], home: Path
) -> None:
    hour_ago = time.time() - 3600
    os.utime(root / ".tierwise" / "hook", (hour_ago, hour_ago))
    ask(spawn_event(root, 1))
    transcript_of(root, home, root, "toolu_0001")
    assert [one.level for one in unseen.check_unseen(look(str(root), env))] == ["ok"]
    transcript_of(root, home, root / "packages" / "web", "toolu_0002")
    transcript_of(root, home, Path(f"{root}-other"), "toolu_0003")
    old = transcript_of(root, home, root, "toolu_0004")
    day_ago = time.time() - 86400
    os.utime(old, (day_ago, day_ago))  # before the repository was wired
    (found,) = unseen.check_unseen(look(str(root), env))
    assert found.level == "warn" and found.what.startswith("1 spawns"), found
    assert "packages-web" in found.what


@pytest.mark.parametrize("shape", sorted(REFUSED))
def test_an_agent_that_the_client_refuses_is_named(
    shape: str, root: Path, env: dict[str, str]
) -> None:
    (root / ".claude" / "agents" / f"{shape}.md").write_text(REFUSED[shape])
    found = list(agents.check_agent_files(look(str(root), env)))
    assert [one.level for one in found] == ["warn"] and shape in found[0].what


@pytest.mark.parametrize("shape", sorted(LOADED))
def test_an_agent_that_the_client_loads_is_not(shape: str, root: Path, env: dict[str, str]) -> None:
    folder = root / "packages" / "web" / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / f"{shape}.md").write_bytes(LOADED[shape].encode())
    found = list(agents.check_agent_files(look(str(root), env)))
    assert [one.level for one in found] == ["ok"], words(found)


def test_a_policy_line_that_names_nobody_is_named_with_a_guess(
    root: Path, env: dict[str, str]
) -> None:
    write_policy(root, "extends: balanced\nagents: {explorr: mid, Explore: light, off-one: off}\n")
    found = list(agents.check_agent_lines(look(str(root), env)))
    assert len(found) == 2 and "explorr" in found[0].what and "explorer" in found[0].remedy

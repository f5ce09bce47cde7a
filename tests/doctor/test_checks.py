"""Every check of `tierwise doctor`, on set-ups that have the fault and on one that has none."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.policies import synced, write_policy
from tests.support.repository import git, make_repository

from tierwise import bundle
from tierwise.cli import run
from tierwise.doctor import client, overrides, policy, selftest, wiring
from tierwise.doctor.checks import CHECKS, run_checks
from tierwise.doctor.finding import Finding
from tierwise.doctor.place import Place, look
from tierwise.sync.machine import wire_subfolders
from tierwise.user_launcher import launcher_path


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    return repository


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    """An environment with a home of its own and no client."""
    return {"HOME": str(home), "PATH": os.defpath}


def put(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def fake_client(folder: Path, says: str) -> str:
    """A `claude` that tells a version; PATH to find it."""
    path = folder / "claude"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return f"{folder}{os.pathsep}{os.defpath}"


def install_plugin(
    home: Path, root: Path, name: str, hooks: object = None, agents: dict[str, str] | None = None
) -> Path:
    """What the client leaves behind after installing a plugin for one project (measured on 2.1.329)."""
    folder = home / ".claude" / "plugins" / "cache" / name
    put(folder / "hooks" / "hooks.json", {"hooks": hooks or {}})
    for agent, text in (agents or {}).items():
        (folder / "agents").mkdir(exist_ok=True)
        (folder / "agents" / f"{agent}.md").write_text(text, encoding="utf-8")
    entry = {"scope": "project", "installPath": str(folder), "projectPath": str(root)}
    known = home / ".claude" / "plugins" / "installed_plugins.json"
    plugins = json.loads(known.read_text())["plugins"] if known.exists() else {}
    put(known, {"version": 2, "plugins": {**plugins, f"{name}@market": [entry]}})
    put(home / ".claude" / "settings.json", {"enabledPlugins": {f"{name}@market": True}})
    return folder


def levels(found: Iterator[Finding]) -> dict[str, str]:
    """check -> level; the worst where one check says several things."""
    worst: dict[str, str] = {}
    for finding in found:
        order = ("ok", "warn", "fail")
        worst[finding.check] = max(worst.get(finding.check, "ok"), finding.level, key=order.index)
        assert bool(finding.remedy) == (finding.level != "ok"), (
            f"{finding} needs a remedy exactly when it is not ok"
        )
    return worst


def says(found: Iterator[Finding]) -> str:
    return "\n".join(f"{finding.what} {finding.remedy}" for finding in found)


def check(
    probe: Callable[[Place], Iterator[Finding]], root: Path, env: dict[str, str]
) -> list[Finding]:
    found = list(probe(look(str(root), env)))
    levels(iter(found))
    return found


def test_a_sound_set_up_has_no_fault(root: Path, env: dict[str, str], tmp_path: Path) -> None:
    env["PATH"] = fake_client(tmp_path, "echo '2.1.329 (Claude Code)'")
    env["PATH"] += os.pathsep + os.path.dirname(sys.executable)
    wire_subfolders(str(root))
    found = run_checks(look(str(root), env))
    assert {finding.level for finding in found} == {"ok"}, says(iter(found))


@pytest.mark.parametrize(
    ("version", "variable", "effort"),
    [("2.1.197", "beat everything", "ignores an effort"), ("2.1.240", "beat everything", "ignores an effort"),
     ("2.1.259", "only a default", "ignores an effort"), ("2.1.329", "only a default", "is applied")],
)  # fmt: skip
def test_a_version_is_explained(
    version: str, variable: str, effort: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    env["PATH"] = fake_client(tmp_path, f"echo '{version} (Claude Code)'")
    said = says(
        iter([*check(client.check_client, root, env), *check(overrides.check_overrides, root, env)])
    )
    assert version in said
    assert variable in said
    assert effort in said
    assert ("runs on haiku" in said) == (version == "2.1.197")


def test_a_missing_client_is_a_warning(root: Path, env: dict[str, str]) -> None:
    assert levels(client.check_client(look(str(root), env)))["client"] == "warn"


def test_without_a_version_nothing_is_said_of_this_client(root: Path, env: dict[str, str]) -> None:
    text = says(iter(check(client.check_client, root, env)))
    assert "applied from 2.1.310 on" in text and "from 2.1.240 on" in text


def test_a_client_that_does_not_answer_is_a_warning(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    env["PATH"] = fake_client(tmp_path, "exit 1")
    assert "does not tell its version" in says(client.check_client(look(str(root), env)))


def test_a_broken_policy_fails_with_its_place(root: Path, env: dict[str, str]) -> None:
    write_policy(root, "mode: nonsense\n")
    (finding,) = check(policy.check_policy, root, env)
    assert finding.level == "fail"
    assert finding.what.startswith("tierwise.yaml:2")


def test_a_policy_newer_than_its_files_is_a_warning(root: Path, env: dict[str, str]) -> None:
    write_policy(root, "extends: economy\n")
    assert levels(policy.check_policy(look(str(root), env))) == {"policy": "warn"}


def test_a_missing_table_fails(root: Path, env: dict[str, str]) -> None:
    (root / ".tierwise" / "table.json").unlink()
    assert levels(policy.check_policy(look(str(root), env))) == {"policy": "fail"}


def test_no_policy_at_all_is_a_warning(repository: Path, env: dict[str, str]) -> None:
    assert levels(policy.check_policy(look(str(repository), env))) == {"policy": "warn"}


def test_a_mode_that_does_not_enforce_is_a_warning(root: Path, env: dict[str, str]) -> None:
    assert levels(policy.check_mode(look(str(root), env))) == {"mode": "ok"}
    assert "shadow" in says(policy.check_mode(look(str(root), env | {"TIERWISE_MODE": "shadow"})))
    assert "nonsense" in says(
        policy.check_mode(look(str(root), env | {"TIERWISE_MODE": "nonsense"}))
    )


def test_faults_of_the_hook_are_shown_for_a_week(root: Path, env: dict[str, str]) -> None:
    log = root / ".tierwise" / "local" / "hook.log"
    log.write_text("2001-01-01T00:00:00.000Z PreToolUse KeyError: old\n", encoding="utf-8")
    assert levels(policy.check_log(look(str(root), env))) == {"log": "ok"}
    log.write_text("2999-01-01T00:00:00.000Z PreToolUse KeyError: young\n", encoding="utf-8")
    assert "KeyError: young" in says(policy.check_log(look(str(root), env)))


def test_settings_that_do_not_parse_fail(root: Path, env: dict[str, str]) -> None:
    (root / ".claude" / "settings.local.json").write_text("{", encoding="utf-8")
    assert levels(wiring.check_settings(look(str(root), env))) == {"settings": "fail"}


def test_hooks_switched_off_fail(root: Path, env: dict[str, str], home: Path) -> None:
    put(home / ".claude" / "settings.json", {"disableAllHooks": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {"hooks": "fail"}


def test_the_weightier_file_decides_a_single_value(
    root: Path, env: dict[str, str], home: Path
) -> None:
    put(home / ".claude" / "settings.json", {"disableAllHooks": True})
    put(root / ".claude" / "settings.local.json", {"disableAllHooks": False})
    assert levels(wiring.check_settings(look(str(root), env))) == {}


@pytest.mark.parametrize("name", ["managed-settings.json", "managed-settings.d/50-hooks.json"])
def test_what_only_an_administrator_may_say_counts_only_there(
    name: str,
    root: Path,
    env: dict[str, str],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(home / ".claude" / "settings.json", {"allowManagedHooksOnly": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {}
    monkeypatch.setattr("tierwise.doctor.place.MANAGED", (str(tmp_path / "managed"),))
    put(tmp_path / "managed" / name, {"allowManagedHooksOnly": True})
    assert levels(wiring.check_settings(look(str(root), env))) == {"hooks": "fail"}


def test_no_wiring_fails(root: Path, env: dict[str, str]) -> None:
    (root / ".claude" / "settings.json").unlink()
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "fail"}


@pytest.mark.parametrize(
    ("hooks", "remedy"),
    [("mode: enforce", "Run `tierwise sync`"), ("mode: off", "set another mode")],
)
def test_what_to_do_about_no_wiring_depends_on_the_policy(
    root: Path, env: dict[str, str], hooks: str, remedy: str
) -> None:
    synced(root, f"hooks: {{{hooks}}}\n")
    (root / ".claude" / "settings.json").unlink(missing_ok=True)
    (found,) = wiring.check_wiring(look(str(root), env))
    assert found.level == "fail" and remedy in found.remedy


def test_plugin_and_settings_at_once_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    hooks = json.loads(bundle.read_text("hooks", "hooks.json"))["hooks"]
    install_plugin(home, root, "tierwise", hooks)
    assert "wired 2 times" in says(wiring.check_wiring(look(str(root), env)))
    (root / ".claude" / "settings.json").unlink()
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "ok"}


def test_a_plugin_of_another_project_does_not_count(
    root: Path, env: dict[str, str], home: Path, tmp_path: Path
) -> None:
    hooks = json.loads(bundle.read_text("hooks", "hooks.json"))["hooks"]
    install_plugin(home, tmp_path, "tierwise", hooks)
    assert levels(wiring.check_wiring(look(str(root), env))) == {"wiring": "ok"}


@pytest.mark.parametrize(
    ("matcher", "seen"),
    [
        ("Agent", True),
        ("Bash|Task", True),
        ("*", True),
        ("A.*", True),
        ("Bash", False),
        ("[", False),
    ],
)
def test_foreign_hooks_on_the_same_calls_are_a_warning(
    matcher: str, seen: bool, root: Path, env: dict[str, str], home: Path
) -> None:
    foreign: dict[str, Any] = {
        "matcher": matcher,
        "hooks": [{"type": "command", "command": "rewrite-models"}],
    }
    install_plugin(home, root, "other", {"PreToolUse": [foreign]})
    said = says(wiring.check_wiring(look(str(root), env)))
    assert ("plugin other has a hook on the same calls: rewrite-models" in said) is seen


def test_foreign_agents_that_pin_a_model_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    agents = {
        "pins": "---\nname: pins\nmodel: opus # dear\n---\n",
        "inherits": "---\nmodel: inherit\n---\n",
        "bare": "x",
    }
    install_plugin(home, root, "other", agents=agents)
    found = check(wiring.check_foreign_agents, root, env)
    assert [finding.what.split(";")[0] for finding in found] == ["other:pins pins opus"]


def test_permission_rules_on_agents_are_a_warning(
    root: Path, env: dict[str, str], home: Path
) -> None:
    rules = {"deny": ["Agent(model:opus)", "Bash(rm:*)"], "ask": ["Task"], "allow": ["Agent"]}
    put(home / ".claude" / "settings.json", {"permissions": rules})
    found = check(wiring.check_permissions, root, env)
    assert len(found) == 2
    assert "sends to opus" in found[0].what


def test_the_self_test_starts_the_hook_and_shows_its_latency(
    root: Path, env: dict[str, str]
) -> None:
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "ok"
    assert "haiku" in finding.what
    assert " ms" in finding.what
    assert not (root / ".tierwise" / "local" / "ledger.jsonl").exists()


@pytest.mark.parametrize(
    ("took", "bare_start", "level"),
    [(299.0, 10.0, "ok"), (301.0, 10.0, "warn"), (700.0, 100.0, "ok"), (900.0, 100.0, "warn")],
)
def test_a_slow_hook_is_a_warning_where_the_machine_is_not_slow_too(
    took: float,
    bare_start: float,
    level: str,
    root: Path,
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = {"hookSpecificOutput": {"updatedInput": {**selftest.CALL, "model": "haiku"}}}
    monkeypatch.setattr(selftest, "run_hook", lambda *_: (answer, [took]))
    monkeypatch.setattr(selftest, "time_bare_start", lambda: bare_start)
    assert levels(selftest.check_hook(look(str(root), env))) == {"self-test": level}


def test_the_self_test_starts_the_plugins_hook_as_the_client_would(
    repository: Path, env: dict[str, str], home: Path
) -> None:
    command = f'"{sys.executable}" -S -E "${{CLAUDE_PLUGIN_ROOT}}/hooks/run.py" PreToolUse'
    group = {"matcher": "Agent|Task", "hooks": [{"type": "command", "command": command}]}
    folder = install_plugin(home, repository, "tierwise", {"PreToolUse": [group]})
    assert levels(selftest.check_hook(look(str(repository), env))) == {
        "self-test": "fail"
    }  # no run.py there
    (folder / "hooks" / "run.py").write_text(
        f"import runpy\nrunpy.run_path({bundle.path('hooks', 'run.py')!r}, run_name='__main__')\n"
    )
    (finding,) = selftest.check_hook(look(str(repository), env))
    assert finding.level == "ok", finding.what


@pytest.mark.parametrize("line", ["touch {0} # .tierwise/hook", "{0}/.tierwise/hook PreToolUse"])
def test_a_line_of_the_clone_that_looks_like_ours_is_not_started(
    line: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    hook = {"type": "command", "command": line.format(tmp_path / "pwned")}
    group = {"matcher": "Agent|Task", "hooks": [hook]}
    put(root / ".claude" / "settings.json", {"hooks": {"PreToolUse": [group]}})
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail" and "not started" in finding.what
    assert not (tmp_path / "pwned").exists()


def test_a_launcher_of_the_clone_is_not_started(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    launcher = root / ".tierwise" / "hook"
    launcher.write_text(f"#!/bin/sh\ntouch {tmp_path / 'pwned'}\n")
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail" and ".tierwise/hook is not the file" in finding.what
    assert not (tmp_path / "pwned").exists()


def test_a_launcher_that_has_lost_its_interpreter_fails(root: Path, env: dict[str, str]) -> None:
    Path(launcher_path(env)).write_text("/nowhere/python\t/nowhere/run.py\n")
    (finding,) = check(selftest.check_hook, root, env)
    assert finding.level == "fail"
    assert "answered nothing" in finding.what


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (None, "answered nothing"),
        ("text", "not what the client expects"),
        ({"hookSpecificOutput": {"updatedInput": {"model": "haiku"}}}, "whole call"),
        (
            {
                "hookSpecificOutput": {
                    "updatedInput": {**selftest.CALL, "model": "claude-haiku-4-5"}
                }
            },
            "claude-haiku-4-5",
        ),
    ],
)
def test_an_answer_that_the_client_would_refuse_is_a_fault(answer: object, fault: str) -> None:
    assert fault in selftest.judge(answer)


def test_a_check_that_stumbles_is_a_finding_and_the_others_still_run(
    root: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_luck(place: Place) -> Iterator[Finding]:
        raise ZeroDivisionError

    monkeypatch.setattr("tierwise.doctor.checks.CHECKS", (check_luck, *CHECKS[1:3]))
    found = run_checks(look(str(root), env))
    assert [(finding.check, finding.level) for finding in found] == [
        ("luck", "fail"),
        ("policy", "ok"),
        ("mode", "ok"),
    ]


def test_the_command_exits_1_on_a_failure_and_prints_json(
    root: Path,
    env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in set(os.environ) - {"PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(root)
    assert run(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"] is True
    assert set(report["checks"][0]) == {"check", "level", "what", "remedy"}
    (root / ".claude" / "settings.json").unlink()
    assert run(["doctor"]) == 1
    assert "fail  wiring" in capsys.readouterr().out


def test_a_submodule_without_a_policy_is_named(
    root: Path, env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert levels(wiring.check_submodules(look(str(root), env))) == {}
    library = make_repository(tmp_path / "library")
    add = ["-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library), "libs/one"]
    git(root, *add)
    (found,) = wiring.check_submodules(look(str(root), env))
    assert found.level == "warn" and "libs/one" in found.what
    inner = root / "libs" / "one"
    synced(inner, "extends: balanced\n")
    assert levels(wiring.check_submodules(look(str(root), env))) == {}
    (below,) = wiring.check_subfolders(look(str(inner), env))
    assert below.level == "warn" and "submodule" in below.remedy

"""Settings files that the client drops as a whole: what was measured, and what doctor says of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.support.doctor import put
from tests.support.policies import synced

from tierwise.doctor import dropped, wiring
from tierwise.doctor.place import look
from tierwise.verify.client import Client

LOCAL = ".claude/settings.local.json"
STOP = {"type": "command", "command": "true"}


def on_stop(*groups: object) -> dict[str, Any]:
    """Settings with these groups of hooks on one event."""
    return {"hooks": {"Stop": list(groups)}}


# Each was in a file with a hook, and the hook ran or did not, on 2.1.197 and on 2.1.332.
DROPPED: dict[str, dict[str, Any]] = {
    "no port": {"sandbox": {"network": {"httpProxyPort": None}}},
    "port as text": {"sandbox": {"network": {"socksProxyPort": "8080"}}},
    "status line as text": {"statusLine": "date"},
    "status line without a type": {"statusLine": {"command": "date"}},
    "status line of no type": {"statusLine": {"type": "text", "command": "date"}},
    "no days": {"cleanupPeriodDays": 0},
    "negative days": {"cleanupPeriodDays": -1},
    "half days": {"cleanupPeriodDays": 1.5},
    "model as a number": {"model": 5},
    "model of null": {"model": None},
    "environment as a list": {"env": []},
    "permissions as a list": {"permissions": []},
    "allow as text": {"permissions": {"allow": "Bash"}},
    "unknown mode": {"permissions": {"defaultMode": "nope"}},
    "folders as text": {"permissions": {"additionalDirectories": "x"}},
    "switch as text": {"disableAllHooks": "no"},
    "co-author as text": {"includeCoAuthoredBy": "yes"},
    "plugins as a list": {"enabledPlugins": ["a@b"]},
    "servers as text": {"enableAllProjectMcpServers": "true"},
    "models as text": {"availableModels": "opus"},
    "sandbox as a switch": {"sandbox": True},
    "commands as text": {"sandbox": {"excludedCommands": "git"}},
    "schema as a number": {"$schema": 1},
    "unknown channel": {"autoUpdatesChannel": "x"},
    "work tree as text": {"worktree": "x"},
}
KEPT: dict[str, dict[str, Any]] = {
    "number in the environment": {"env": {"A": 1}},
    "null in the environment": {"env": {"A": None}},
    "malformed rule": {"permissions": {"allow": ["Bash("]}},
    "number among the rules": {"permissions": {"allow": [1]}},
    "unknown event": {"hooks": {"NoSuchEvent": [{"hooks": [STOP]}]}},
    "unknown effort": {"effortLevel": "extreme"},
    "unknown key": {"fooBar": 1},
}
DROPPED_BY_OLDER: dict[str, dict[str, Any]] = {
    "hook of no type": on_stop({"hooks": [{"type": "nope", "command": "true"}]}),
    "hook of types": on_stop({"hooks": [{"type": ["command"], "command": "true"}]}),
    "hook without a command": on_stop({"hooks": [{"type": "command"}]}),
    "hook without a group": on_stop(STOP),
    "time as text": on_stop({"hooks": [{**STOP, "timeout": "10"}]}),
    "no time": on_stop({"hooks": [{**STOP, "timeout": 0}]}),
    "servers as text": {"enabledMcpjsonServers": "all"},
    "marketplaces as a list": {"extraKnownMarketplaces": []},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with settings; no check here asks for more."""
    folder = tmp_path / "folder"
    (folder / ".claude").mkdir(parents=True)
    return folder


def find_levels(root: Path, env: dict[str, str]) -> list[str]:
    return [finding.level for finding in dropped.check_dropped(look(str(root), env))]


def with_client(env: dict[str, str], folder: Path, version: str, says: str = "") -> dict[str, str]:
    """An environment whose `claude` tells a version, and ``says`` for everything else."""
    folder.mkdir()
    text = folder / "says"
    text.write_bytes(says.encode())
    client = folder / "claude"
    client.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}" && exit\ncat "{text}"\n'
    )
    client.chmod(0o755)
    return {**env, "PATH": f"{folder}{os.pathsep}{os.defpath}"}


@pytest.mark.parametrize("shape", sorted(DROPPED))
def test_a_key_for_which_every_client_drops_the_file_fails(
    shape: str, root: Path, env: dict[str, str]
) -> None:
    put(root / LOCAL, DROPPED[shape])
    assert find_levels(root, env) == ["fail"]


@pytest.mark.parametrize("shape", sorted(KEPT))
def test_what_every_client_takes_does_not(shape: str, root: Path, env: dict[str, str]) -> None:
    put(root / LOCAL, KEPT[shape])
    assert find_levels(root, env) == ["ok"]


@pytest.mark.parametrize("shape", sorted(DROPPED_BY_OLDER))
def test_what_older_clients_drop_the_file_for_fails_with_one(
    shape: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    put(root / LOCAL, DROPPED_BY_OLDER[shape])
    assert find_levels(root, env) == ["ok"]
    assert find_levels(root, with_client(env, tmp_path / "old", "2.1.197")) == ["fail"]


def test_a_hook_that_no_client_starts_routes_nothing(repository: Path, env: dict[str, str]) -> None:
    synced(repository, "extends: balanced\n")
    path = repository / ".claude" / "settings.json"
    settings = json.loads(path.read_bytes())
    for group in settings["hooks"]["PreToolUse"]:
        for entry in group["hooks"]:
            entry["timeout"] = "10"
    put(path, settings)
    (finding,) = wiring.check_wiring(look(str(repository), env))
    assert finding.level == "fail"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b'{"cleanupPeriodDays": NaN}', "NaN is no JSON"),
        (b"// why\n{}", "does not parse"),
        (b"[]", "is not a JSON object"),
        ("\ufeff{}".encode("utf-16-be"), "does not parse"),
        ("\ufeff{}".encode("utf-16-le"), ""),
        ("\ufeff{}".encode(), ""),
        (b'{"x": "\xe9"}', ""),
        (b"", ""),
    ],
)
def test_a_file_is_read_as_the_client_reads_it(
    data: bytes, fault: str, root: Path, env: dict[str, str]
) -> None:
    (root / LOCAL).write_bytes(data)
    found = [finding.what for finding in wiring.check_settings(look(str(root), env))]
    assert bool(found) is bool(fault)
    assert all(fault in what for what in found)


INVALID = """Invalid settings
- /a/settings.json › x: Expected number
- /a/settings.json › hooks.PreToolUse.0: Invalid hook matcher — nothing it sits in is applied until it is removed.
- /a/settings.json › y: Invalid permission rule "B(" was skipped: z
- /a/settings.json › z: Non-string value in allow array was removed
- /a/settings.json › hooks.Stop.0.hooks.0: Invalid command hook (timeout: Too small); entry ignored.
- /a/settings.json › hooks.Stop.0: Hook matcher "hooks" must be an array; matcher ignored.
- /a/settings.json › teammateMode: must be one of "auto". This value is ignored and teammates use the default.

Remote
- no
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_the_client_says_counts(
    line_end: str, root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    says = INVALID.replace("\n", line_end)
    asked = with_client(env, tmp_path / "bin", "2.1.329", says)
    assert find_levels(root, asked) == ["fail", "fail", "warn", "warn", "warn", "warn", "warn"]


def test_a_client_that_finds_nothing_is_believed_and_one_that_is_silent_is_not(
    root: Path, env: dict[str, str], tmp_path: Path
) -> None:
    put(root / LOCAL, {"autoUpdatesChannel": "a-newer-one"})
    assert find_levels(root, with_client(env, tmp_path / "new", "9.9.9", "All well\n")) == ["ok"]
    assert find_levels(root, with_client(env, tmp_path / "mute", "9.9.9")) == ["fail"]


@pytest.mark.client
def test_the_real_client_names_a_dropped_file_and_a_skipped_entry(
    newest_client: Client, root: Path, env: dict[str, str]
) -> None:
    put(root / LOCAL, {"statusLine": "date"})
    put(Path(env["HOME"], ".claude", "settings.json"), {"permissions": {"allow": ["Bash("]}})
    path = f"{newest_client.path.parent}{os.pathsep}{os.defpath}"
    found = list(dropped.check_dropped(look(str(root), {**env, "PATH": path})))
    assert sorted(finding.level for finding in found) == ["fail", "warn"], found


def test_a_finding_names_file_key_and_value(root: Path, env: dict[str, str]) -> None:
    put(root / LOCAL, {"statusLine": "date"})
    (finding,) = dropped.check_dropped(look(str(root), env))
    assert f'{LOCAL}: statusLine is "date"' in finding.what

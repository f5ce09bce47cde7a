"""Our entries in the user's settings.json."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.policies import snapshot, status, synced, write_policy

from tierwise.digests import hash_sha256
from tierwise.domain.record import Entry
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets.claude import plugin_enabled
from tierwise.targets.settings import PATH, remove_part, settings_target

ENABLED = '{ "enabledPlugins": {"tierwise@tierwise": true}}'

OURS = {
    "PreToolUse": [
        {
            "matcher": "Agent|Task",
            "hooks": [{"type": "command", "command": 'sh ".tierwise/hook" X'}],
        }
    ]
}
THEIRS = {
    "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./mine.sh"}]}]
}


def install(current: bytes | None, keys: dict[str, str] | None = None) -> tuple[bytes, Entry]:
    target = settings_target(OURS, keys or {}, lambda path: current, None)
    assert not target.problem
    entry = Entry(
        hash_sha256(target.wanted), hash_sha256(target.content), target.before, target.original
    )
    return target.content, entry


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
_keys = st.text().filter(lambda key: key not in ("hooks", "model", "effortLevel"))
_hooks = st.dictionaries(
    st.sampled_from(["PreToolUse", "Stop"]), st.just(THEIRS["PreToolUse"]), min_size=1
)
_settings = st.dictionaries(_keys, _json, max_size=4).flatmap(
    lambda base: st.one_of(st.just(base), _hooks.map(lambda hooks: {**base, "hooks": hooks}))
)


@pytest.mark.slow
@given(settings=_settings, indent=st.sampled_from([None, 2, "\t"]))
def test_arbitrary_settings_survive_but_for_our_entries(
    settings: dict[str, Any], indent: Any
) -> None:
    before = json.dumps(settings, indent=indent).encode()
    after, entry = install(before, {"model": "opusplan"})
    value = json.loads(after)
    assert value.pop("model") == "opusplan"
    theirs = settings.get("hooks", {}).get("PreToolUse", [])
    assert value["hooks"]["PreToolUse"] == [*theirs, *OURS["PreToolUse"]]
    assert {key: member for key, member in value.items() if key != "hooks"} == {
        key: member for key, member in settings.items() if key != "hooks"
    }
    taken_out = remove_part(after, entry)
    assert taken_out is not None
    assert json.loads(taken_out) == settings


def test_a_user_s_own_model_comes_back() -> None:
    before = b'{"model": "sonnet", "env": {"A": "1"}}'
    after, entry = install(before, {"model": "opusplan", "effortLevel": "high"})
    assert json.loads(after)["model"] == "opusplan"
    assert remove_part(after, entry) == before


def test_what_the_user_adds_later_stays_when_ours_goes() -> None:
    after, entry = install(b'{\n  "env": {}\n}\n')
    edited = after.replace(b'"env": {}', b'"env": {"NEW": "1"}')
    assert remove_part(edited, entry) == b'{\n  "env": {"NEW": "1"}\n}\n'


def test_a_hook_of_ours_that_was_moved_into_a_group_of_theirs_goes_alone() -> None:
    mixed = {
        "hooks": {
            "PreToolUse": [
                {"hooks": [OURS["PreToolUse"][0]["hooks"][0], {"type": "command", "command": "x"}]}
            ]
        }
    }
    left = remove_part(json.dumps(mixed).encode(), Entry("", "", b"{}"))
    assert left is not None
    assert json.loads(left) == {
        "hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "x"}]}]}
    }


@pytest.mark.parametrize("record", [5, "Stop", {"Stop": 1}])
def test_a_record_with_another_value_than_a_list_takes_nothing_of_theirs(record: object) -> None:
    content, entry = install(json.dumps({"hooks": THEIRS}).encode())
    damaged = Entry(entry.part, entry.whole, entry.before, {"hooks": record})
    left = remove_part(content, damaged)
    assert left is not None
    assert json.loads(left) == {"hooks": THEIRS}


def test_a_byte_order_mark_stays() -> None:
    after, entry = install(b"\xef\xbb\xbf{}")
    assert after.startswith(b"\xef\xbb\xbf{")
    assert entry.before == b"\xef\xbb\xbf{}"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (b'{"a": 1,}', "Illegal trailing comma"),
        (b"// comment\n{}", "line 1 column 1"),
        (b"[]", "expected an object"),
        (b'{"hooks": []}', 'expected "hooks" to be an object of lists'),
        (b'{"hooks": {"Stop": {}}}', 'expected "hooks" to be an object of lists'),
        (b"\xff", "utf-8"),
    ],
)
def test_settings_that_cannot_be_used_are_named_and_left_alone(
    repository: Path, text: bytes, cause: str
) -> None:
    (repository / ".claude").mkdir()
    (repository / PATH).write_bytes(text)
    plan = synced(repository)
    assert status(plan) | {PATH: "blocked"} == status(plan)
    assert [cause in change.reason for change in plan.changes if change.path == PATH] == [True]
    assert (repository / PATH).read_bytes() == text
    assert (repository / ".tierwise/table.json").exists()  # the rest is written


def test_hooks_are_left_out_where_the_repository_enables_the_plugin(repository: Path) -> None:
    (repository / ".claude").mkdir()
    (repository / PATH).write_text(ENABLED)
    synced(repository)
    assert "hooks" not in json.loads((repository / PATH).read_bytes())


@pytest.mark.parametrize(
    ("text", "is_enabled"),
    [
        (ENABLED.encode(), True),
        (ENABLED.encode("utf-8-sig"), True),
        (ENABLED.encode("utf-16"), True),
        (ENABLED.replace("{ ", '{"note": "\t", ').encode(), False),
        (b"{", False),
        (b"[]", False),
        (b"[" * 100_000, False),
    ],
    ids=["plain", "marked", "UTF-16", "tab in a text", "damaged", "list", "deep"],
)
def test_the_plugin_counts_where_the_client_can_read_who_enables_it(
    text: bytes, is_enabled: bool
) -> None:
    files = {".claude/settings.local.json": text}
    assert plugin_enabled(files.get) is is_enabled


def test_a_hook_removed_by_hand_is_drift_and_sync_asks_before_it_comes_back(
    repository: Path,
) -> None:
    synced(repository)
    settings = json.loads((repository / PATH).read_bytes())
    del settings["hooks"]["PreToolUse"]
    (repository / PATH).write_text(json.dumps(settings))
    assert status(plan_sync(str(repository))) == {PATH: "edited"}
    assert status(sync(str(repository))) == {PATH: "edited"}
    sync(str(repository), SyncOptions(force=[PATH]))
    assert "PreToolUse" in json.loads((repository / PATH).read_bytes())["hooks"]


@pytest.mark.slow
def test_a_session_model_of_the_policy_is_written_changed_and_taken_back(repository: Path) -> None:
    (repository / ".claude").mkdir()
    before = b'{\n    "model": "sonnet"\n}\n'
    (repository / PATH).write_bytes(before)
    synced(repository)
    synced(repository, "session: {model: opusplan, effort: high}\n")
    assert json.loads((repository / PATH).read_bytes())["effortLevel"] == "high"
    write_policy(repository)
    sync(str(repository))
    assert json.loads((repository / PATH).read_bytes())["model"] == "sonnet"
    uninstall(str(repository))
    assert (repository / PATH).read_bytes() == before


def test_without_settings_before_there_are_none_after(repository: Path) -> None:
    before = snapshot(repository)
    synced(repository)
    (repository / "tierwise.yaml").unlink()
    uninstall(str(repository))
    assert snapshot(repository) == before


@pytest.mark.skipif(os.name == "nt", reason="hooks run in a POSIX shell")
def test_hook_entries_whose_launcher_is_gone_block_nothing(repository: Path) -> None:
    synced(repository)
    (repository / ".tierwise/hook").unlink()
    settings = json.loads((repository / PATH).read_bytes())
    commands = {
        hook["command"]
        for groups in settings["hooks"].values()
        for group in groups
        for hook in group["hooks"]
    }
    environment = {**os.environ, "CLAUDE_PROJECT_DIR": str(repository)}
    for command in commands:
        done = subprocess.run(
            command, shell=True, env=environment, input=b"{}", capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, b"")


def test_settings_nested_without_end_are_named_and_left_alone(repository: Path) -> None:
    (repository / ".claude").mkdir()
    endless = '{"a": ' + "[" * 20_000 + "]" * 20_000 + "}"
    (repository / PATH).write_text(endless)
    assert [change.path for change in synced(repository).kept] == [PATH]
    assert (repository / PATH).read_text() == endless

"""Our http entries in the user's own local settings: in, out, and never a byte of theirs lost."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from tests.support.policies import synced

from tierwise.errors import TierwiseError
from tierwise.sync.repository import uninstall
from tierwise.sync.watch import local_settings
from tierwise.sync.watch.local_settings import known, unwire, wire

HTTP = "hooks: {transport: http}\n"
THEIRS = [
    b"{}",
    b"{}\n",
    b'{"permissions":{"allow":["Bash(ls:*)"]}}',
    b'{\r\n\t"model": "opus",\r\n\t"hooks": {}\r\n}\r\n',
    b'\xef\xbb\xbf{\n    "env": {"A": "1"},\n    "env": {"A": "2"}\n}',
    b'{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "mine"}]}]}, "n": 1.50e3}',
    b'{"hooks": {"Stop": [{"hooks": [{"type": "http", "url": "http://127.0.0.1:1/mine"}]}]}}',
]


def path(root: Path) -> Path:
    return root / local_settings.PATH


def urls(root: Path) -> list[str]:
    groups = json.loads(path(root).read_text("utf-8-sig"))["hooks"]
    hooks = [hook for found in groups.values() for group in found for hook in group["hooks"]]
    return [hook["url"] for hook in hooks if "/tierwise/hook/" in hook.get("url", "")]


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, HTTP)
    return repository


@pytest.mark.parametrize("theirs", THEIRS)
def test_what_was_there_comes_back_byte_for_byte(root: Path, theirs: bytes) -> None:
    path(root).write_bytes(theirs)
    wire(str(root), 4000, "token")
    assert len(urls(root)) == 6
    once = path(root).read_bytes()
    wire(str(root), 4000, "token")
    assert path(root).read_bytes() == once
    wire(str(root), 4001, "token")
    assert {url.split("/")[2] for url in urls(root)} == {"127.0.0.1:4001"}
    unwire(str(root))
    assert path(root).read_bytes() == theirs
    assert not (root / ".tierwise/local/http.json").exists()


def test_a_file_that_was_made_for_us_goes_and_only_its_owner_can_read_it(root: Path) -> None:
    wire(str(root), 4000, "token")
    if sys.platform != "win32":
        for secret in (path(root), root / ".tierwise/local/http.json"):
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    unwire(str(root))
    assert not path(root).exists()


def test_what_the_user_adds_meanwhile_stays(root: Path) -> None:
    path(root).write_bytes(b'{"model": "opus"}')
    wire(str(root), 4000, "token")
    value = json.loads(path(root).read_bytes())
    value["permissions"] = {"allow": ["Bash(ls:*)"]}
    value["hooks"]["PreToolUse"].insert(0, {"hooks": [{"type": "command", "command": "mine"}]})
    path(root).write_text(json.dumps(value, indent=3))
    wire(str(root), 4001, "token")
    unwire(str(root))
    assert json.loads(path(root).read_bytes()) == {
        "model": "opus",
        "permissions": {"allow": ["Bash(ls:*)"]},
        "hooks": {"PreToolUse": [{"hooks": [{"type": "command", "command": "mine"}]}]},
    }


def test_a_save_between_our_reading_and_our_writing_is_not_lost(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the client notes a permission that the user has just granted."""
    path(root).write_bytes(b'{"model": "opus"}')
    stage, saves = local_settings.stage, iter([b'{"model": "haiku"}', b'{"model": "sonnet"}'])

    def stage_while_somebody_saves(
        name: str, data: bytes, mode: int | None = None, top: str = ""
    ) -> str:
        staged = stage(name, data, mode, top)
        if name.endswith("settings.local.json"):
            path(root).write_bytes(next(saves, path(root).read_bytes()))
        return staged

    monkeypatch.setattr(local_settings, "stage", stage_while_somebody_saves)
    wire(str(root), 4000, "token")
    assert json.loads(path(root).read_bytes())["model"] == "sonnet"
    assert len(urls(root)) == 6
    monkeypatch.undo()
    unwire(str(root))
    assert path(root).read_bytes() == b'{"model": "sonnet"}'


@pytest.mark.parametrize("theirs", [b"{", b"[]", b'{"hooks": []}', b"\xff"])
def test_a_file_that_is_not_usable_is_named_and_left(root: Path, theirs: bytes) -> None:
    path(root).write_bytes(theirs)
    with pytest.raises(TierwiseError, match=r"settings\.local\.json"):
        wire(str(root), 4000, "token")
    assert path(root).read_bytes() == theirs


def test_a_file_that_was_broken_after_wiring_is_named_and_left(root: Path) -> None:
    wire(str(root), 4000, "token")
    path(root).write_bytes(b"{ half")
    with pytest.raises(TierwiseError, match="not usable JSON"):
        unwire(str(root))
    assert path(root).read_bytes() == b"{ half"
    assert known(str(root))["wired"], "so that it can be taken out once it is mended"


def test_a_link_out_of_the_repository_is_not_written_through(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_bytes(b"{}")
    path(root).symlink_to(outside)
    with pytest.raises(TierwiseError, match="leads out of the repository"):
        wire(str(root), 4000, "token")
    assert outside.read_bytes() == b"{}"


def test_a_link_inside_the_repository_stays_one(root: Path) -> None:
    (root / "mine.json").write_bytes(b'{"model": "opus"}')
    path(root).symlink_to("../mine.json")
    wire(str(root), 4000, "token")
    unwire(str(root))
    assert os.readlink(path(root)) == "../mine.json"
    assert path(root).read_bytes() == b'{"model": "opus"}'


@pytest.mark.parametrize("purge", [False, True])
def test_uninstall_takes_them_out(root: Path, purge: bool) -> None:
    path(root).write_bytes(b'{"model": "opus"}')
    wire(str(root), 4000, "token")
    uninstall(str(root), purge=purge)
    assert path(root).read_bytes() == b'{"model": "opus"}'

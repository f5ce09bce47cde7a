"""What cannot be routed from where one stands, and what the hook never saw."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.policies import synced
from tests.support.repository import git

from tierwise.cli import run
from tierwise.doctor import wiring
from tierwise.doctor.finding import Diagnosis
from tierwise.doctor.place import look
from tierwise.sync.machine import PATH as LOCAL
from tierwise.sync.machine import set_up_machine, wire_subfolders


@pytest.fixture
def root(repository: Path) -> Path:
    synced(repository, "extends: balanced\n")
    (repository / "packages" / "web").mkdir(parents=True)
    return repository


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.defpath}


def _w(found: list[Diagnosis]) -> str:
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

"""Trust is noted outside the repository, for exactly the powers that were seen."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import compiled
from tests.support.policies import write_policy
from tests.support.repository import git, make_repository
from tests.support.trust import trust

from tierwise.domain import table as tables
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy
from tierwise.trust import guard

POWER = "gates: {commands: {own: make}}\n"


def read(root: Path) -> dict[str, Any]:
    return compile_table(load_policy(str(root)))


def note_of(state: Path) -> Path:
    (path,) = (state / "tierwise" / "trust").iterdir()
    return path


def test_without_a_note_powers_are_left_out_and_named(repository: Path) -> None:
    compiled(repository, POWER)
    found = tables.load(str(repository))
    assert found is not None
    assert found["gates"]["commands"] == {}
    assert found["withheld"] == {"gates.commands.own": "make"}
    with pytest.raises(guard.UntrustedError, match=r"gates\.commands\.own"):
        guard.require_powers(found, "gates")
    guard.require_powers(found, "checks.commands")


def test_the_note_is_private_and_outside(repository: Path, state_folder: Path) -> None:
    compiled(repository, POWER)
    trust(repository)
    found = tables.load(str(repository))
    assert found is not None
    assert found["gates"]["commands"] == {"own": "make"}
    note = note_of(state_folder)
    assert note.stat().st_mode & 0o777 == 0o600
    for folder in (note.parent, note.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_change_of_powers_asks_anew_and_a_change_of_words_does_not(repository: Path) -> None:
    write_policy(repository, POWER)
    trust(repository)
    write_policy(repository, POWER + "mode: rules\n")
    assert guard.are_powers_trusted(str(repository), read(repository))
    write_policy(repository, "gates: {commands: {own: make all}}\n")
    assert not guard.are_powers_trusted(str(repository), read(repository))
    calm = guard.guard_table(str(repository), read(repository))
    told = guard.describe_withheld(str(repository), calm)
    assert "has changed since you trusted it, and is left out (1 in all)" in told
    write_policy(repository, POWER)
    assert guard.are_powers_trusted(str(repository), read(repository))


def test_a_committed_table_with_other_powers_has_none(repository: Path) -> None:
    compiled(repository, POWER)
    trust(repository)
    path = repository / ".tierwise" / "table.json"
    table = json.loads(path.read_text())
    table["gates"]["in_session"] = {"*": ["touch x"]}
    path.write_text(json.dumps(table))
    found = tables.load(str(repository))
    assert found is not None
    assert found["gates"]["in_session"] == {"*": []}


def test_revoked_is_untrusted(repository: Path) -> None:
    write_policy(repository, POWER)
    trust(repository)
    assert [note["path"] for note in guard.list_trusted()] == [str(repository)]
    assert guard.revoke_trust(str(repository))
    assert not guard.revoke_trust(str(repository))
    assert guard.list_trusted() == []
    assert not guard.are_powers_trusted(str(repository), read(repository))


def test_ci_needs_no_note(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_policy(repository, POWER)
    monkeypatch.setenv("TIERWISE_TRUST", "1")
    assert guard.are_powers_trusted(str(repository), read(repository))
    monkeypatch.setenv("TIERWISE_TRUST", "0")
    assert not guard.are_powers_trusted(str(repository), read(repository))


def test_worktrees_share_and_clones_do_not(repository: Path, tmp_path: Path) -> None:
    write_policy(repository, POWER)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "feat: policy")
    trust(repository)
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    git(tmp_path, "clone", "-q", str(repository), "clone")
    assert guard.are_powers_trusted(str(tmp_path / "tree"), read(tmp_path / "tree"))
    assert not guard.are_powers_trusted(str(tmp_path / "clone"), read(tmp_path / "clone"))


@pytest.mark.parametrize("how", ["link", "file"])
def test_a_folder_that_only_claims_to_be_a_worktree_is_none(
    how: str, repository: Path, tmp_path: Path
) -> None:
    write_policy(repository, POWER)
    trust(repository)
    git(repository, "worktree", "add", "-q", str(tmp_path / "tree"))
    fake = tmp_path / "fake"
    fake.mkdir()
    write_policy(fake, POWER)
    if how == "link":
        (fake / ".git").symlink_to(repository / ".git")
    else:
        shutil.copy(tmp_path / "tree" / ".git", fake / ".git")
    assert not guard.are_powers_trusted(str(fake), read(fake))


def test_a_note_inside_the_repository_counts_for_nothing(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_policy(repository, POWER)
    monkeypatch.setenv("XDG_STATE_HOME", str(repository / "state"))
    with pytest.raises(guard.UntrustedError, match="inside this repository"):
        trust(repository)
    assert not guard.are_powers_trusted(str(repository), read(repository))


@pytest.mark.parametrize("how", ["link", "writable", "folder", "fifo", "garbage", "deep", "huge"])
def test_a_note_that_somebody_else_may_have_written_is_none(
    how: str, repository: Path, state_folder: Path, tmp_path: Path
) -> None:
    write_policy(repository, POWER)
    trust(repository)
    note = note_of(state_folder)
    content = note.read_bytes()
    if how == "writable":
        note.chmod(0o666)
    else:
        note.unlink()
    if how == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        note.symlink_to(tmp_path / "elsewhere")
    elif how == "folder":
        note.mkdir()
    elif how == "fifo":
        os.mkfifo(note)
    elif how == "garbage":
        note.write_bytes(b"\xff\0{")
    elif how == "deep":
        note.write_bytes(b"[" * 100_000)
    elif how == "huge":
        note.write_bytes(content + b" " * (2 << 20))
    assert not guard.are_powers_trusted(str(repository), read(repository))


def test_a_folder_that_others_can_write_to_holds_no_notes(
    repository: Path, state_folder: Path
) -> None:
    write_policy(repository, POWER)
    trust(repository)
    note_of(state_folder).parent.chmod(0o777)
    assert not guard.are_powers_trusted(str(repository), read(repository))
    with pytest.raises(PermissionError):
        trust(repository)


def test_a_policy_in_a_folder_below_the_top_has_a_note_of_its_own(tmp_path: Path) -> None:
    top = make_repository(tmp_path / "top")
    for name in ("one", "two"):
        (top / name).mkdir()
        write_policy(top / name, POWER)
    trust(top / "one")
    assert guard.are_powers_trusted(str(top / "one"), read(top / "one"))
    assert not guard.are_powers_trusted(str(top / "two"), read(top / "two"))

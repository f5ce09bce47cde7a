"""The policy is live: the next spawn follows an edit, and a broken edit changes nothing but one line said once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, rows, spawn_event, written
from tests.support.policies import write_policy

from tierwise.claude_hooks import live
from tierwise.domain import table
from tierwise.user_launcher import write_launcher

POLICY = "extends: balanced\nmode: manual\nagents: {Explore: light}\n"


@pytest.fixture
def root(repository: Path) -> Path:
    compiled(repository, POLICY)
    return repository


@pytest.mark.slow
def test_an_edit_is_followed_by_the_next_spawn(root: Path) -> None:
    assert written(spawn_event(root, 1))["model"] == "haiku"
    write_policy(root, POLICY.replace("light", "frontier"))
    assert written(spawn_event(root, 2))["model"] == "opus"
    assert rows(root)[-1]["rule"] == "tierwise.yaml:4"


@pytest.mark.slow
def test_the_shared_table_stays_as_sync_wrote_it(root: Path) -> None:
    before = (root / ".tierwise/table.json").read_bytes()
    write_policy(root, POLICY.replace("light", "frontier"))
    ask(spawn_event(root))
    assert (root / ".tierwise/table.json").read_bytes() == before
    assert (root / ".tierwise/local/table.json").exists()


@pytest.mark.slow
def test_an_edit_is_compiled_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_policy(root, POLICY.replace("light", "frontier"))
    ask(spawn_event(root, 1))
    monkeypatch.setattr(live, "compile_elsewhere", lambda root: pytest.fail("compiled again"))
    assert written(spawn_event(root, 2))["model"] == "opus"


@pytest.mark.slow
def test_going_back_to_the_synced_policy_needs_no_compilation(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_policy(root, POLICY.replace("light", "frontier"))
    ask(spawn_event(root, 1))
    write_policy(root, POLICY)
    monkeypatch.setattr(live, "compile_elsewhere", lambda root: pytest.fail("compiled again"))
    assert written(spawn_event(root, 2))["model"] == "haiku"


@pytest.mark.slow
def test_a_broken_edit_leaves_the_last_good_policy_and_is_said_once(root: Path) -> None:
    write_policy(root, POLICY.replace("light", "frontier"))
    ask(spawn_event(root, 1))
    write_policy(root, "tiers: [half-typed")
    first, second = ask(spawn_event(root, 2)), ask(spawn_event(root, 3))
    assert "tierwise.yaml:" in first["systemMessage"]
    assert "systemMessage" not in second
    models = [answer["hookSpecificOutput"]["updatedInput"]["model"] for answer in (first, second)]
    assert models == ["opus", "opus"]  # the edit before the broken one, not the older table of sync


@pytest.mark.slow
def test_a_broken_policy_is_not_compiled_at_every_spawn(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_policy(root, "tiers: [half-typed")
    ask(spawn_event(root, 1))
    monkeypatch.setattr(live, "compile_elsewhere", lambda root: pytest.fail("compiled again"))
    assert written(spawn_event(root, 2))["model"] == "haiku"


@pytest.mark.slow
def test_a_fault_is_tried_again_after_a_while_but_not_said_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RETRY", 0.0)
    monkeypatch.setattr(live, "compile_elsewhere", lambda root: "no interpreter")
    write_policy(root, POLICY + "\n")
    assert "no interpreter" in ask(spawn_event(root, 1))["systemMessage"]
    assert "systemMessage" not in ask(spawn_event(root, 2))
    monkeypatch.undo()
    monkeypatch.setattr(live, "RETRY", 0.0)
    assert not live.current(str(root)).fault


@pytest.mark.slow
def test_a_policy_without_a_table_is_compiled_on_the_spot(repository: Path) -> None:
    write_policy(repository, POLICY.replace("light", "frontier"))
    assert written(spawn_event(repository))["model"] == "opus"


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema": 99}', b"\xff"])
def test_a_damaged_table_is_compiled_anew(damage: bytes, root: Path) -> None:
    (root / ".tierwise/table.json").write_bytes(damage)
    assert written(spawn_event(root))["model"] == "haiku"


@pytest.mark.slow
def test_a_removed_policy_leaves_the_last_good_one(root: Path) -> None:
    (root / "tierwise.yaml").unlink()
    assert written(spawn_event(root))["model"] == "haiku"


@pytest.mark.slow
def test_the_launchers_interpreter_compiles_where_the_hooks_own_cannot(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bare-python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    bare.chmod(0o755)
    good = sys.executable
    monkeypatch.setattr(sys, "executable", str(bare))
    write_policy(root, POLICY.replace("light", "frontier"))
    assert "dependencies" in live.current(str(root)).fault
    monkeypatch.setattr(sys, "executable", good)
    write_launcher(os.environ)
    monkeypatch.setattr(sys, "executable", str(bare))
    (root / ".tierwise/local/stale.json").unlink()
    assert not live.current(str(root)).fault


def test_a_compilation_that_hangs_is_given_up(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "python-stuck"
    stuck.write_text("#!/bin/sh\nexec sleep 60\n")
    stuck.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stuck))
    monkeypatch.setattr(live, "LIMIT", 0.2)
    write_policy(root, POLICY + "\n")
    assert "more than" in live.current(str(root)).fault
    assert written(spawn_event(root))["model"] == "haiku"


@pytest.mark.slow
def test_a_module_of_the_users_repository_cannot_pose_as_ours(root: Path) -> None:
    trap = root / "tierwise" / "policy"
    trap.mkdir(parents=True)
    (trap / "__main__.py").write_text("open('trapped', 'w')\n")
    write_policy(root, POLICY.replace("light", "frontier"))
    assert written(spawn_event(root))["model"] == "opus"
    assert not list(root.rglob("trapped"))


@pytest.mark.slow
def test_without_anything_left_the_shipped_default_decides(root: Path) -> None:
    shutil.rmtree(root / ".tierwise")
    write_policy(root, "tiers: [half-typed")
    assert live.current(str(root)).table == table.load_default()


@pytest.mark.slow
def test_touching_the_older_table_does_not_bring_it_back(repository: Path) -> None:
    compiled(repository, "default: light\n")
    write_policy(repository, "default: frontier\n")
    assert live.current(str(repository)).table["default"] == "frontier"
    write_policy(repository, "default: [\n")
    (repository / ".tierwise/table.json").touch()
    assert live.current(str(repository)).table["default"] == "frontier"


@pytest.mark.slow
def test_where_nothing_can_be_written_the_last_valid_policy_routes(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled(repository, "default: light\n")
    for text in ("default: frontier\n", "default: [\n"):
        write_policy(repository, text)
        local = repository / ".tierwise/local"
        for path in (local / "table.json", local / "stale.json"):
            path.unlink(missing_ok=True)
            path.parent.mkdir(exist_ok=True)
            path.mkdir()  # stands for a full disk or a read-only folder, as root too
        now = live.current(str(repository))
        assert now.table["default"] == "light"
        assert now.fault
        for path in (local / "table.json", local / "stale.json"):
            path.rmdir()

"""Generated files that differ from the policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.hooked import commit, git, hooked, stage, tierwise

from tierwise.checks.builtin import drift
from tierwise.checks.git_hooks import pre_commit
from tierwise.checks.model import CheckContext
from tierwise.checks.staged import Staged
from tierwise.cli.drift import find_drift


def synced(tmp_path: Path) -> Path:
    root = hooked(tmp_path / "repository")
    assert tierwise(root, "install").returncode == 0
    git(root, "add", "-A")
    done = commit(root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.mark.slow
def test_a_generated_file_edited_by_hand_is_drift(tmp_path: Path) -> None:
    root = synced(tmp_path)
    stage(root, "other.txt", "x\n")
    assert commit(root).returncode == 0, "a commit that touches nothing generated is not asked"
    stage(root, "ROUTING.md", "mine now\n")
    done = commit(root)
    assert done.returncode == 1
    assert b"ROUTING.md: edited by hand" in done.stderr
    done = tierwise(root, "preflight")
    assert done.returncode == 1
    assert b"ROUTING.md: edited by hand" in done.stdout
    assert b"tierwise sync" in done.stdout
    assert b"--adopt" in done.stdout, "a plain sync leaves an edited file"
    assert tierwise(root, "sync", "--adopt").returncode == 0
    git(root, "add", "-A")
    done = commit(root)
    assert done.returncode == 0, done.stderr


def drifted(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the hook's check of drift says of the index, with the sync room's own comparison."""
    monkeypatch.chdir(root)
    snapshot = Staged(str(root))
    context = CheckContext(root=str(root), stage="pre-commit", drift=find_drift)
    return [finding.path for finding in drift.find_drift(snapshot, snapshot.changes, context)]


@pytest.mark.slow
def test_drift_is_looked_for_in_what_is_staged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = synced(tmp_path)
    written = (root / "ROUTING.md").read_text()
    stage(root, "ROUTING.md", "mine now\n")
    assert drifted(root, monkeypatch) == ["ROUTING.md"]
    (root / "ROUTING.md").write_text(written)
    assert drifted(root, monkeypatch) == ["ROUTING.md"], "only the working tree is as it should be"
    stage(root, "ROUTING.md", written)
    (root / "ROUTING.md").write_text("mine, but not in this commit\n")
    stage(root, ".tierwise/note.txt", "x\n")
    assert drifted(root, monkeypatch) == []


@pytest.mark.slow
def test_drift_is_not_computed_for_a_commit_of_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = synced(tmp_path)
    stage(root, "other.txt", "x\n")
    snapshot = Staged(str(root))

    def never(folder: str) -> list[tuple[str, str]]:
        raise AssertionError(folder)

    context = CheckContext(root=str(root), stage="pre-commit", drift=never)
    assert drift.find_drift(snapshot, snapshot.changes, context) == []


@pytest.mark.slow
def test_a_policy_that_cannot_be_read_is_a_finding_and_not_a_free_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    root = synced(tmp_path)
    stage(root, "tierwise.yaml", "version: 1\ntiers: nonsense\n")
    monkeypatch.chdir(root)
    assert pre_commit.main([], find_drift) == 1
    assert "tierwise.yaml" in capfd.readouterr().err

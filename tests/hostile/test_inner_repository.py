"""A folder of a clone that git takes for a bare repository, whose configuration starts a program: none of ours does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.support.limited import measure_tierwise
from tests.support.repository import git, git_environment, make_repository

CALLS = ("status", "preflight --all", "doctor", "gate syntax", "sync")


def make_inner(root: Path, sprung: Path) -> Path:
    """Commit a bare repository with a working tree as the folder ``inner``; return that of a clone."""
    make_repository(root)
    (root / "tierwise.yaml").write_text("version: 1\n")
    inner = root / "inner"
    inner.mkdir()
    git(inner, "init", "-q", "--bare")
    (inner / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
        f'\tfsmonitor = "touch {sprung}; false"\n'
    )
    for name in ("refs", "objects"):
        (inner / name / "keep").write_text("")
    git(root, "add", "-Af")
    git(root, "commit", "-qm", "feat: x")
    clone = root.with_name("clone")
    git(root, "clone", "-q", str(root), str(clone))
    return clone / "inner"


@pytest.mark.slow
def test_no_command_springs_it(tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    inner = make_inner(tmp_path / "origin", sprung)
    subprocess.run(
        ["git", "status"],
        cwd=inner,
        env=git_environment(),
        capture_output=True,
        check=False,
    )
    assert sprung.exists(), "git itself obeys it, or this tries nothing"
    sprung.unlink()
    for call in CALLS:
        done = measure_tierwise(call.split(), inner, {**git_environment(), "HOME": str(tmp_path)})
        assert b"Traceback" not in done.said
        assert not sprung.exists(), call

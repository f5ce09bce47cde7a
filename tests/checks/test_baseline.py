"""The baseline: what stood there when the checks came stays, nothing new does, and it only shrinks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hooked import commit, git, hooked, policy, stage, tierwise

from tierwise.checks.baseline import BASELINE

MARKER = "<" * 7 + " HEAD\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = hooked(tmp_path / "repository", {"old.txt": f"{MARKER}text\n", "old.py": "x = (\n"})
    (root / "large.bin").write_bytes(b"x" * 600_000)
    git(root, "add", "-A")
    assert commit(root, "--no-verify").returncode == 0
    return root


def entries(root: Path) -> list[tuple[str, str]]:
    found = json.loads((root / BASELINE).read_text())["findings"]
    return [(entry["check"], entry["path"]) for entry in found]


def record(root: Path) -> tuple[int, str]:
    done = tierwise(root, "preflight", "--all", "--record-baseline")
    return done.returncode, done.stdout.decode()


@pytest.mark.slow
def test_what_stood_there_is_kept_and_only_new_findings_fail(root: Path) -> None:
    done = tierwise(root, "preflight", "--all")
    assert done.returncode == 1
    assert b"3 findings" in done.stderr
    assert b"--record-baseline" in done.stderr
    code, said = record(root)
    assert (code, said) == (0, f"3 old findings kept in {BASELINE}, only new ones fail.\n")
    done = tierwise(root, "preflight", "--all")
    assert done.returncode == 0, done.stdout
    assert b"3 old findings kept" in done.stderr
    stage(root, "new.py", "x = (\n")
    done = tierwise(root, "preflight", "--all")
    assert done.returncode == 1
    assert b"new.py" in done.stdout
    assert b"old.py" not in done.stdout


@pytest.mark.slow
def test_a_moved_line_is_the_same_finding_and_a_second_one_is_new(root: Path) -> None:
    record(root)
    (root / "old.txt").write_text(f"more\n{MARKER}text\n")
    assert tierwise(root, "preflight", "--all").returncode == 0
    (root / "old.txt").write_text(f"{MARKER}{MARKER}text\n")
    assert tierwise(root, "preflight", "--all").returncode == 1


@pytest.mark.slow
def test_a_large_file_that_changed_is_another_one(root: Path) -> None:
    record(root)
    (root / "large.bin").write_bytes(b"y" * 700_000)
    done = tierwise(root, "preflight", "--all")
    assert done.returncode == 1
    assert b"large.bin" in done.stdout


@pytest.mark.slow
def test_recording_again_takes_out_what_is_gone_and_nothing_new_in(root: Path) -> None:
    record(root)
    (root / "old.py").write_text("x = 1\n")
    stage(root, "new.txt", MARKER)
    code, said = record(root)
    assert code == 1
    assert "2 old findings kept" in said
    assert "1 are gone" in said
    assert "1 are new" in said
    assert entries(root) == [("conflict-markers", "old.txt"), ("large-files", "large.bin")]


@pytest.mark.slow
def test_the_hook_lets_through_what_the_baseline_accepts(root: Path) -> None:
    record(root)
    git(root, "add", "-A")
    assert commit(root).returncode == 0
    (root / "old.py").write_text("y = 1\nx = (\n")
    git(root, "add", "-A")
    assert commit(root).returncode == 0


def test_a_broken_baseline_is_said_with_its_remedy(root: Path) -> None:
    (root / ".tierwise").mkdir(exist_ok=True)
    (root / BASELINE).write_text("[]")
    done = tierwise(root, "preflight")
    assert done.returncode == 2
    assert b"checks-baseline.json" in done.stderr


@pytest.mark.slow
def test_each_check_leaves_its_own_paths_out(root: Path) -> None:
    options = '{syntax: {exclude: ["old.*"]}, large-files: {exclude: ["*.bin"]}, drift: false}'
    policy(root, f"checks:\n  builtin: {options}\n")
    done = tierwise(root, "preflight", "--all")
    assert b"old.txt" in done.stdout
    assert b"old.py" not in done.stdout
    assert b"large.bin" not in done.stdout

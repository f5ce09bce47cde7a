"""Large files: added, grown, kept by Git LFS, or of a package manager."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.checks import find_in, find_paths
from tests.support.hooked import commit, git, stage

from tierwise.checks.builtin.large_files import format_size
from tierwise.checks.staged import Staged

KB = 1024


def test_a_large_file_is_named_when_added_and_when_grown(root: Path) -> None:
    stage(root, "small.bin", b"x" * (400 * KB))
    stage(root, "large.bin", b"x" * (501 * KB))
    assert find_paths("large-files", root) == ["large.bin"]
    commit(root, "--no-verify")
    stage(root, "small.bin", b"x" * (3_000 * KB))
    stage(root, "large.bin", b"x" * (502 * KB))
    assert find_paths("large-files", root) == ["small.bin"], (
        "a little growth of what was large already is let through"
    )
    stage(root, "large.bin", b"y" * (1_100 * KB))
    assert find_paths("large-files", root) == ["large.bin", "small.bin"]


def test_a_rename_a_lock_file_and_a_higher_limit_are_let_through(root: Path) -> None:
    stage(root, "large.bin", b"x" * (600 * KB))
    commit(root, "--no-verify")
    git(root, "mv", "large.bin", "moved.bin")
    stage(root, "package-lock.json", b" " * (600 * KB))
    assert find_paths("large-files", root) == []
    stage(root, "other.bin", b"z" * (600 * KB))
    assert find_paths("large-files", root, limit=700 * KB) == []


def test_a_pointer_of_git_lfs_is_small_and_a_missed_one_is_told(root: Path) -> None:
    stage(root, ".gitattributes", "*.psd filter=lfs\n")
    stage(
        root,
        "pointer.psd",
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 900000000\n",
    )
    git(root, "config", "filter.lfs.clean", "cat")
    stage(root, "content.psd", b"x" * (600 * KB))
    snapshot = Staged(str(root))
    (finding,) = find_in("large-files", snapshot)
    assert finding.path == "content.psd"
    assert "Git LFS" in finding.message


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 B"), (500 * KB, "500 kB"), (1536 * KB, "1.5 MB"), (3 << 30, "3 GB")]
)
def test_sizes_read_as_people_write_them(size: int, words: str) -> None:
    assert format_size(size) == words


@pytest.mark.parametrize(
    "name",
    ["pixi.lock", "deno.lock", "bun.lockb", "sub/MODULE.bazel.lock", "gradle.lockfile", "Package.resolved",
     "pylock.toml", "packages.lock.json", "conda-lock.yml", ".terraform.lock.hcl"],
)  # fmt: skip
def test_lock_files_of_every_manager_may_be_large(root: Path, name: str) -> None:
    stage(root, name, b"x" * (600 * KB))
    assert find_paths("large-files", root) == []

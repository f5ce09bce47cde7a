"""What git says, read so that every name and every answer survives."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.domain.change import GITLINK
from tierwise.errors import OutsideError
from tierwise.git import plumbing

ODD_NAMES = ["with blank", "new\nline", 'quo"te', "tab\there", "é", "-dash", ":(top)", "a\\b"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repo", {name: name for name in ODD_NAMES})


def test_every_name_is_listed_as_it_is(root: Path) -> None:
    names = [path for _, _, path in plumbing.list_entries(str(root))]
    assert sorted(names) == sorted([*ODD_NAMES, "README.md"])


def test_staged_changes_tell_a_move_from_something_new(root: Path) -> None:
    git(root, "mv", "with blank", "moved")
    (root / "new").write_text("new")
    (root / "README.md").unlink()
    git(root, "add", "-A")
    listing = plumbing.read_git(str(root), *plumbing.RAW_DIFF, "--cached")
    found = {change.path: (change.status, change.moved) for change in plumbing.parse_raw(listing)}
    assert found == {
        "README.md": ("D", False),
        "moved": ("A", True),
        "new": ("A", False),
        "with blank": ("D", False),
    }


def test_unmerged_paths_are_no_changes() -> None:
    blob = "1" * 40
    listing = f":000000 100644 {plumbing.NO_BLOB} {blob} A\0a\0:000000 100644 {blob} {blob} U\0b\0"
    assert [change.path for change in plumbing.parse_raw(listing.encode())] == ["a"]


def test_content_comes_one_at_a_time_and_is_empty_for_what_is_not_there(root: Path) -> None:
    (root / "binary").write_bytes(b"a\0b\n\n")
    git(root, "add", "-A")
    listing = plumbing.read_git(
        str(root), *plumbing.RAW_DIFF, "--cached", plumbing_empty_tree(root)
    )
    changes = plumbing.parse_raw(listing)
    lost = plumbing.parse_raw(f":0 100644 {plumbing.NO_BLOB} {'5' * 40} A\0lost\0".encode())
    module = plumbing.parse_raw(f":0 {GITLINK} {plumbing.NO_BLOB} {'6' * 40} A\0sub\0".encode())
    read = {c.path: data for c, data in plumbing.read_blobs(str(root), [*changes, *lost, *module])}
    assert read["binary"] == b"a\0b\n\n"
    assert read["lost"] == b""
    assert "sub" not in read
    assert {name: read[name] for name in ODD_NAMES} == {name: name.encode() for name in ODD_NAMES}


def plumbing_empty_tree(root: Path) -> str:
    return git(root, "hash-object", "-t", "tree", "/dev/null").strip()


def test_sizes_keep_the_order_of_the_names_asked_for(root: Path) -> None:
    blobs = {path: sha for _, sha, path in plumbing.list_entries(str(root))}
    names = [blobs["README.md"], plumbing.NO_BLOB, blobs["é"], "5" * 40, blobs["README.md"]]
    assert plumbing.measure_blobs(str(root), names) == [12, 0, 2, 0, 12]


@pytest.mark.slow
def test_many_requests_do_not_block_the_pipes(root: Path) -> None:
    for number in range(450):
        (root / f"many-{number}").write_text("x" * 1000 + str(number))
    git(root, "add", "-A")
    blobs = [sha for _, sha, _ in plumbing.list_entries(str(root))]
    assert len(plumbing.measure_blobs(str(root), blobs)) == len(blobs) > 400


def test_an_error_names_the_command_behind_its_settings(root: Path) -> None:
    with pytest.raises(OutsideError, match=r"^.*git rev-parse: fatal: Needed a single revision"):
        plumbing.read_git(str(root), "-c", "a.b=c", "rev-parse", "--verify", "no-such^{commit}")


def test_what_git_exports_to_hooks_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in plumbing.HOOK_VARIABLES:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("KEPT", "1")
    copied = plumbing.copy_environment(ADDED="2")
    assert not set(plumbing.HOOK_VARIABLES) & set(copied)
    assert (copied["KEPT"], copied["ADDED"]) == ("1", "2")


def test_untracked_files_leave_out_what_is_ignored_and_nested_repositories(root: Path) -> None:
    (root / ".gitignore").write_text("*.log\n")
    (root / "a.log").write_text("")
    (root / "loose").write_text("")
    make_repository(root / "nested")
    assert plumbing.list_untracked(str(root)) == [".gitignore", "loose"]

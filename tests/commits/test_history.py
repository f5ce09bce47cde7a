"""A range of commits: what no hook has seen is checked, and what git wrote is told by the commits themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.commits.history import Checked, check_commits, read_commits, read_history
from tierwise.errors import TierwiseError

SPEC = {"preset": "spec"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def commit(root: Path, message: str, text: str = "") -> str:
    if text:
        (root / "file.txt").write_text(text)
        git(root, "add", "file.txt")
    git(root, "commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message)
    return git(root, "rev-parse", "HEAD").strip()


def checked(root: Path, revisions: str) -> list[Checked]:
    return check_commits(str(root), read_commits(str(root), revisions), SPEC)


def test_a_range_is_read_newest_first_with_whole_messages(root: Path) -> None:
    commit(root, "feat: ä\n\nbody\n\nRefs: #1\n")
    last = commit(root, "fix: two")
    found = read_commits(str(root), "HEAD~2..HEAD")
    assert [one.subject for one in found] == ["fix: two", "feat: ä"]
    assert found[0].id == last
    assert found[1].message.rstrip("\n") == "feat: ä\n\nbody\n\nRefs: #1"


def test_a_single_revision_is_one_commit(root: Path) -> None:
    commit(root, "bad")
    commit(root, "feat: good")
    assert [one.subject for one in read_commits(str(root), "HEAD~1")] == ["bad"]


def test_without_a_range_the_commits_that_upstream_lacks_are_meant(
    root: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", str(root), "clone")
    commit(tmp_path / "clone", "feat: one")
    commit(tmp_path / "clone", "feat: two")
    assert len(read_commits(str(tmp_path / "clone"))) == 2
    assert len(read_commits(str(root))) == 1


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert read_commits(str(tmp_path)) == read_history(str(tmp_path)) == []


@pytest.mark.parametrize("revisions", ["nowhere..HEAD", "--all", "-1"])
def test_a_range_that_git_does_not_know_says_what_to_do(root: Path, revisions: str) -> None:
    with pytest.raises(TierwiseError) as error:
        read_commits(str(root), revisions)
    assert error.value.remedy


def test_a_merge_commit_is_exempt_and_its_words_alone_are_not(root: Path) -> None:
    git(root, "switch", "-q", "-c", "topic")
    commit(root, "feat: topic", "1\n")
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "topic")
    commit(root, "Merge branch 'imagined'")
    imagined, merge, *_ = checked(root, "HEAD~2..HEAD")
    assert (merge.verdict.faults, merge.verdict.exempt) == ([], "a merge")
    assert imagined.verdict.faults


def test_a_revert_is_exempt_when_it_names_the_commit_it_reverts(root: Path) -> None:
    commit(root, "feat: one", "1\n")
    git(root, "revert", "--no-edit", "HEAD")
    git(root, "revert", "--no-edit", "HEAD")
    target = commit(root, "feat: other")
    commit(root, f'Revert "feat: something else"\n\nThis reverts commit {target}.\n')
    commit(root, 'Revert "feat: one"\n\nBecause.\n')
    assert [bool(one.verdict.faults) for one in checked(root, "HEAD~5..HEAD")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_fixup_is_exempt_when_its_target_came_before(root: Path) -> None:
    commit(root, "feat: one")
    commit(root, "fixup! feat: one")
    commit(root, "squash! fixup! feat: one")
    commit(root, "fixup! feat: unknown")
    unknown, nested, plain = checked(root, "HEAD~3..HEAD")
    assert unknown.verdict.faults
    assert nested.verdict.exempt == plain.verdict.exempt == "a fixup of an earlier commit"


def test_the_new_message_of_an_amend_commit_is_checked(root: Path) -> None:
    commit(root, "feat: one")
    commit(root, "amend! feat: one\n\nfeat: better")
    commit(root, "amend! feat: one\n\nworse")
    worse, better = checked(root, "HEAD~2..HEAD")
    assert [(fault.rule, fault.line) for fault in worse.verdict.faults] == [("type-empty", 3)]
    assert better.verdict.faults == []


def test_a_message_in_another_encoding_is_read(root: Path) -> None:
    git(root, "config", "i18n.commitEncoding", "ISO-8859-1")
    (root / "message").write_bytes("feat: größer".encode("latin-1"))
    git(root, "commit", "-q", "--allow-empty", "-F", "message")
    (only,) = checked(root, "HEAD")
    assert only.commit.subject == "feat: größer"
    assert only.as_dict()["valid"] is True

"""The version bump that commit messages ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.commits.next_version import next_version, raised, read_version, show
from tierwise.errors import TierwiseError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def commit(root: Path, *messages: str) -> None:
    for message in messages:
        git(root, "commit", "-q", "--allow-empty", "-m", message)


@pytest.mark.parametrize(
    ("tag", "messages", "size", "after"),
    [
        ("v1.2.3", ["fix: x"], "patch", "1.2.4"),
        ("v1.2.3", ["fix: x", "FEAT(a): y", "fix: z"], "minor", "1.3.0"),
        ("v1.2.3", ["chore!: x", "feat: y"], "major", "2.0.0"),
        ("v1.2.3", ["fix: x\n\nBREAKING CHANGE: y"], "major", "2.0.0"),
        ("v1.2.3", ["fix: x\n\nBREAKING-CHANGE: y"], "major", "2.0.0"),
        ("v1.2.3", ["docs: x", "Merge branch 'y'", "whatever"], "none", "1.2.3"),
        ("1.2.3", ["perf: x"], "none", "1.2.3"),
        ("v0.4.1", ["feat!: x"], "minor", "0.5.0"),
        ("v0.4.1", ["feat: x"], "minor", "0.5.0"),
        ("v0.4.1", ["fix: x"], "patch", "0.4.2"),
    ],
)
def test_the_largest_change_decides(
    root: Path, tag: str, messages: list[str], size: str, after: str
) -> None:
    git(root, "tag", tag)
    commit(root, *messages)
    bump = next_version(str(root))
    assert (bump.size, show(bump.next), bump.tag) == (size, after, tag)


def test_the_users_way_of_listing_tags_does_not_count(root: Path) -> None:
    git(root, "config", "column.ui", "always")
    for tag in ("v0.9.0", "v1.0.0"):
        git(root, "tag", tag)
    commit(root, "fix: x")
    assert show(next_version(str(root)).next) == "1.0.1"


def test_without_a_version_tag_the_first_version_is_0_1_0(root: Path) -> None:
    git(root, "tag", "not-a-version")
    commit(root, "feat!: x")
    bump = next_version(str(root))
    assert (bump.current, show(bump.next), bump.as_dict()["next_tag"]) == (None, "0.1.0", "v0.1.0")
    assert bump.counts == {"breaking": 1, "feat": 0, "fix": 0, "other": 1, "unconventional": 0}


def test_a_repository_without_commits_has_a_first_version_too(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert show(next_version(str(tmp_path)).next) == "0.1.0"


def test_the_highest_released_version_behind_head_counts(root: Path) -> None:
    for tag in ("v1.9.0", "v1.10.0", "v2.0.0-rc.1"):
        git(root, "tag", tag)
    git(root, "switch", "-q", "-c", "side")
    commit(root, "feat: elsewhere")
    git(root, "tag", "v3.0.0")
    git(root, "switch", "-q", "main")
    commit(root, "fix: x")
    assert next_version(str(root)).as_dict()["next_tag"] == "v1.10.1"


def test_a_tag_can_be_named(root: Path) -> None:
    git(root, "tag", "ui@1.0.0")
    commit(root, "feat: x")
    assert next_version(str(root), "ui@1.0.0").as_dict()["next_tag"] == "ui@1.1.0"
    with pytest.raises(TierwiseError):
        next_version(str(root), "main")
    with pytest.raises(TierwiseError):
        next_version(str(root), "v9.9.9")


def test_what_was_reverted_does_not_count(root: Path) -> None:
    git(root, "tag", "v1.0.0")
    (root / "file.txt").write_text("1\n")
    git(root, "add", ".")
    commit(root, "feat!: x")
    git(root, "revert", "--no-edit", "HEAD")
    commit(root, "fix: y")
    assert next_version(str(root)).size == "patch"
    git(root, "revert", "--no-edit", "HEAD~1")  # the revert itself
    assert next_version(str(root)).size == "major"


def test_a_breaking_change_that_no_parser_sees_is_pointed_out(root: Path) -> None:
    git(root, "tag", "v1.0.0")
    commit(root, "feat: x\n\nbreaking change: y")
    bump = next_version(str(root))
    assert bump.size == "minor"
    assert len(bump.doubts) == 1
    assert "line 3" in bump.doubts[0]


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2.3", (1, 2, 3)),
        ("1.2.3", (1, 2, 3)),
        ("name@1.2.3", (1, 2, 3)),
        ("@scope/name@1.2.3", (1, 2, 3)),
        ("name-v1.2.3", (1, 2, 3)),
        ("pkg/v1.2.3", (1, 2, 3)),
        ("v1.2.3-rc.1", None),
        ("v1.2.3-rc-1.0.0", None),
        ("v1.2", None),
        ("v01.2.3", None),
        ("vv", None),
        ("", None),
    ],
)
def test_a_tag_names_a_version_or_none(tag: str, version: tuple[int, int, int] | None) -> None:
    assert read_version(tag) == version


def test_the_numbers_below_the_raised_one_start_again() -> None:
    assert [raised((1, 2, 3), size) for size in ("major", "minor", "patch", "none")] == [
        (2, 0, 0),
        (1, 3, 0),
        (1, 2, 4),
        (1, 2, 3),
    ]


def refusal(root: Path, start: str = "", pattern: str = "") -> str:
    with pytest.raises(TierwiseError) as raised_error:
        next_version(str(root), start, pattern)
    assert raised_error.value.exit_code == 2
    return f"{raised_error.value.message} {raised_error.value.remedy}"


def test_a_shallow_clone_without_a_tag_is_no_new_repository(root: Path, tmp_path: Path) -> None:
    git(root, "tag", "v1.0.0")
    commit(root, "feat: x", "fix: y")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{root}", str(shallow))
    assert "--unshallow" in refusal(shallow)


def test_a_shallow_clone_that_cuts_off_commits_since_the_tag_is_refused(
    root: Path, tmp_path: Path
) -> None:
    commit(root, "chore: a")
    git(root, "switch", "-q", "-c", "side", "HEAD~1")
    commit(root, "feat!: on the side", "fix: on the side")
    git(root, "switch", "-q", "main")
    git(root, "tag", "v1.0.0")
    git(root, "merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{root}", str(shallow))
    assert git(shallow, "tag").strip() == "v1.0.0"
    assert "shallow" in refusal(shallow)
    git(shallow, "fetch", "-q", "--unshallow")
    assert show(next_version(str(shallow)).next) == "2.0.0"


def test_only_pre_releases_say_nothing_of_the_release(root: Path) -> None:
    git(root, "tag", "v2.0.0-rc.1")
    commit(root, "fix: x")
    assert "pre-releases" in refusal(root)


@pytest.mark.parametrize(
    ("tags", "pattern", "after"),
    [
        (["ui@1.0.0", "core@2.0.0"], "core@*", "2.1.0"),
        (["release-1.2.3"], "release-*", "1.3.0"),
        (["@scope/ui@0.1.0"], "@scope/ui@*", "0.2.0"),
        (["ui/v3.0.0"], "ui/v*", "3.1.0"),
    ],
)
def test_tags_of_another_form_count_where_a_pattern_says_so(
    root: Path, tags: list[str], pattern: str, after: str
) -> None:
    for tag in tags:
        git(root, "tag", tag)
    commit(root, "feat: x")
    text = refusal(root)
    assert tags[0] in text
    assert "--tags" in text
    assert show(next_version(str(root), pattern=pattern).next) == after
    assert "no tag" in refusal(root, pattern="nothing-*")


def test_version_tags_that_are_not_behind_head_are_not_passed_over(root: Path) -> None:
    git(root, "switch", "-q", "-c", "release")
    commit(root, "chore: release")
    git(root, "tag", "v1.0.0")
    git(root, "switch", "-q", "main")
    commit(root, "fix: x")
    assert "none is behind HEAD" in refusal(root)


def test_a_squashed_revert_undoes_what_it_quotes_and_never_nobody_knows_what(root: Path) -> None:
    git(root, "tag", "v1.0.0")
    commit(root, "feat: x (#1)", "fix: y (#2)", 'Revert "feat: x (#1)" (#3)')
    assert next_version(str(root)).size == "patch"
    commit(root, f'Revert "feat: gone" (#4)\n\nThis reverts commit {"1a" * 20}.')
    assert "not in this history" in refusal(root)


def test_a_squash_that_has_a_revert_inside_is_not_guessed_at(root: Path) -> None:
    git(root, "tag", "v1.0.0")
    body = f'* feat: x\n\n* Revert "feat: x"\n\nThis reverts commit {"2b" * 20}.'
    commit(root, f"feat: several things (#5)\n\n{body}")
    assert "not in this history" in refusal(root)


def test_a_revert_of_what_was_released_is_said(root: Path) -> None:
    (root / "file.txt").write_text("1\n")
    git(root, "add", ".")
    commit(root, "feat: x")
    git(root, "tag", "v1.0.0")
    git(root, "revert", "--no-edit", "HEAD")
    bump = next_version(str(root))
    assert bump.size == "none"
    assert len(bump.doubts) == 1
    assert "released already" in bump.doubts[0]

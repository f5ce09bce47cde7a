"""The commit-msg hook knows what git itself wrote by what the repository is in the middle of."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.commit_hook import HookedRepository, hooked_repository, install


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def branch_off(repo: HookedRepository, name: str, file: str, text: str) -> None:
    repo.must("switch", "-q", "-c", name)
    repo.put(file, text, f"feat: {name}")
    repo.must("switch", "-q", "main")


@pytest.mark.slow
def test_a_merge_passes_while_git_merges(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "t.txt", "1")
    assert repo.do("merge", "--no-ff", "topic").code == 0
    assert repo.stored() == "Merge branch 'topic'"
    assert repo.do("commit", "-q", "--amend", "--no-edit").code == 0


def test_a_merge_after_a_conflict_passes(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "same.txt", "theirs\n")
    repo.put("same.txt", "ours\n", "feat: ours")
    assert repo.do("merge", "topic").code == 1
    (repo.root / "same.txt").write_text("both\n")
    repo.must("add", "same.txt")
    assert repo.do("commit", "-q", "--no-edit").code == 0


def test_the_words_of_a_merge_do_not_pass_outside_one(repo: HookedRepository) -> None:
    assert repo.commit("-m", "Merge branch 'topic'").code == 1


def test_an_own_subject_in_a_merge_is_checked(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "t.txt", "1")
    assert repo.do("merge", "--no-ff", "-m", "stuff", "topic").code == 1
    assert repo.do("commit", "-q", "-m", "feat: bring in the topic").code == 0


@pytest.mark.parametrize(
    "line", ["Merge branch 'x'", "Merge pull request #1 from x", "Merge tag 'v1'", "fixup! x"]
)
def test_a_body_line_never_exempts_a_message(repo: HookedRepository, line: str) -> None:
    assert repo.commit("-m", f"whatever\n\n{line}").code == 1


@pytest.mark.slow
def test_a_squashed_merge_passes_with_the_message_that_git_prepared(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "t.txt", "1")
    repo.must("merge", "-q", "--squash", "topic")
    assert repo.do("commit", "-q", "--no-edit").code == 0
    assert repo.commit("-m", "Squashed commit of the following:").code == 1


@pytest.mark.slow
def test_a_revert_passes_by_state(repo: HookedRepository) -> None:
    repo.put("a.txt", "1\n", "feat: one")
    repo.put("a.txt", "2\n", "feat: two")
    repo.put("a.txt", "3\n", "feat: three")
    assert repo.do("revert", "--no-edit", "HEAD~1").code == 1  # a conflict
    (repo.root / "a.txt").write_text("1\n3\n")
    repo.must("add", "a.txt")
    assert repo.do("commit", "-q", "--no-edit").code == 0
    assert repo.stored().startswith('Revert "feat: two"')
    assert repo.do("commit", "-q", "--amend", "--no-edit").code == 0
    assert repo.commit("-m", 'Revert "something else"').code == 1


@pytest.mark.slow
def test_a_picked_commit_keeps_its_message_and_a_new_one_is_checked(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "same.txt", "theirs\n")
    repo.must("switch", "-q", "topic")
    repo.put("same.txt", "theirs again\n", "An old style message")
    repo.must("switch", "-q", "main")
    repo.put("same.txt", "ours\n", "feat: ours")
    assert repo.do("cherry-pick", "topic").code == 1
    (repo.root / "same.txt").write_text("both\n")
    repo.must("add", "same.txt")
    assert repo.do("commit", "-q", "-m", "Another old style message").code == 1
    assert repo.do("commit", "-q", "--no-edit").code == 0
    assert repo.stored().startswith("An old style message")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["--fixup", "--squash"])
def test_a_fixup_passes_when_its_target_is_there(repo: HookedRepository, kind: str) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit(f"{kind}=HEAD", "--no-edit").code == 0
    assert repo.commit(f"{kind}=HEAD", "--no-edit").code == 0  # a fixup of the fixup


def test_a_fixup_of_nothing_is_checked_like_any_message(repo: HookedRepository) -> None:
    assert repo.commit("-m", "fixup! feat: no such commit").code == 1


@pytest.mark.slow
def test_the_new_message_of_an_amend_commit_is_checked(repo: HookedRepository) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit("--fixup=amend:HEAD", editor=":").code == 0
    bad = repo.commit("--fixup=amend:HEAD~1", editor='sed -i.bak "3s/.*/no type here/" "$1"')
    assert bad.code == 1
    assert "line 3, column 1" in bad.err


@pytest.mark.slow
def test_an_interactive_rebase_squashes_fixups_and_checks_a_reworded_message(
    repo: HookedRepository,
) -> None:
    repo.put("a.txt", "1\n", "feat: one")
    repo.put("a.txt", "2\n", "fixup! feat: one")
    repo.put("b.txt", "1\n", "chore: two")
    done = repo.do("rebase", "-i", "--autosquash", "HEAD~3", editor=":")
    assert done.code == 0, done.err
    reword = {"GIT_SEQUENCE_EDITOR": "sed -i.bak 1s/^pick/reword/"}
    done = repo.do("rebase", "-i", "HEAD~1", editor='echo "badly put" > "$1"', **reword)
    assert "type-empty" in done.err
    repo.do("rebase", "--abort")
    done = repo.do("rebase", "-i", "HEAD~1", editor='echo "docs: well put" > "$1"', **reword)
    assert done.code == 0, done.err
    assert repo.stored() == "docs: well put"


@pytest.mark.slow
@pytest.mark.parametrize(
    "todo", ["1s/^pick/reword/", "1{h;d;};2{s/^pick/reword/;G;}"], ids=["as it stands", "moved"]
)
def test_the_retry_command_of_a_reworded_commit_mends_that_commit(
    repo: HookedRepository, todo: str
) -> None:
    for name in ("one", "two", "three"):
        repo.put(f"{name}.txt", "1\n", f"feat: {name}")
    done = repo.do(
        "rebase",
        "-i",
        "HEAD~2",
        editor='echo "badly put" > "$1"',
        GIT_SEQUENCE_EDITOR=f"sed -i.bak '{todo}'",
    )
    command = next(
        line.split()[1:]
        for line in done.err.splitlines()
        if line.strip().startswith("git commit -")
    )
    assert repo.do(*command, editor='echo "feat: well put" > "$1"').code == 0
    assert repo.do("rebase", "--continue", editor=":").code == 0
    subjects = repo.must("log", "-3", "--format=%s").split("\n")
    assert "feat: well put" in subjects
    assert len({"feat: two", "feat: three"} & set(subjects)) == 1


@pytest.mark.slow
def test_amending_is_checked(repo: HookedRepository) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit("--amend", "-m", "two").code == 1
    assert repo.commit("--amend", "-m", "feat: two").code == 0


@pytest.mark.slow
def test_a_linked_worktree_has_its_own_state_and_its_own_retry_path(
    repo: HookedRepository, tmp_path: Path
) -> None:
    tree = tmp_path / "a tree"
    repo.must("worktree", "add", "-q", str(tree), "-b", "tree")
    assert repo.do("commit", "--allow-empty", "-m", "feat: x", folder=tree).code == 0
    done = repo.do("commit", "--allow-empty", "-m", "no", folder=tree)
    assert done.code == 1
    assert "worktrees/a-tree/COMMIT_EDITMSG" in done.err
    branch_off(repo, "topic", "t.txt", "1")
    assert repo.do("merge", "--no-ff", "topic", folder=tree).code == 0


@pytest.mark.slow
def test_a_submodule_is_checked_by_its_own_state(repo: HookedRepository, tmp_path: Path) -> None:
    inner = hooked_repository(tmp_path / "inner")
    allow = ("-c", "protocol.file.allow=always")
    repo.must(*allow, "submodule", "--quiet", "add", str(inner.root), "part")
    install(repo.root / ".git" / "modules" / "part")
    part = repo.root / "part"
    assert repo.do("commit", "--allow-empty", "-m", "feat: x", folder=part).code == 0
    assert repo.do("commit", "--allow-empty", "-m", "Merge branch 'x'", folder=part).code == 1

"""The commit-msg hook reads a message as git will store it: clean-up, comments, scissors, what git stops itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.commit_hook import HookedRepository, hooked_repository, type_in


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def test_comment_lines_count_when_no_editor_runs(repo: HookedRepository) -> None:
    done = repo.commit("-m", "#12 note\nfeat: x")
    assert done.code == 1
    assert "strips lines that start with # only when an editor was open" in done.err
    repo.must("commit", "-q", "--allow-empty", "--no-verify", "-m", "#12 note\nfeat: x")
    assert repo.stored().startswith("#12 note")


def test_comment_lines_do_not_count_when_an_editor_runs(repo: HookedRepository) -> None:
    assert repo.commit(editor=type_in("# a remark\nfeat: x")).code == 0
    assert repo.stored() == "feat: x"


def test_an_author_whose_own_editor_is_a_colon_gets_the_clean_up_of_an_editor(
    repo: HookedRepository,
) -> None:
    repo.policy(preset="commitlint")
    repo.commit("-m", "feat: x")
    (repo.root / ("long" * 50)).write_text("a path that git names in a comment")
    done = repo.commit("--amend", GIT_EDITOR=":")
    assert (done.code, done.err) == (0, "")
    assert repo.stored() == "feat: x"


def test_a_message_from_a_file_is_not_stripped_of_comments(
    repo: HookedRepository, tmp_path: Path
) -> None:
    (tmp_path / "message").write_text("# heading\n\nfeat: x\n")
    assert repo.commit("-F", str(tmp_path / "message")).code == 1


@pytest.mark.parametrize(
    ("mode", "message", "code"),
    [
        ("strip", "# heading\nfeat: x", 0),
        ("whitespace", "# heading\nfeat: x", 1),
        ("verbatim", "# heading\nfeat: x", 1),
        ("scissors", "# heading\nfeat: x", 1),
    ],
)
def test_the_configured_clean_up_is_honoured_without_an_editor(
    repo: HookedRepository, mode: str, message: str, code: int
) -> None:
    repo.must("config", "commit.cleanup", mode)
    done = repo.commit("-m", message)
    assert done.code == code
    stored_as_conventional = repo.commit(
        "--no-verify", "-m", message
    ).code == 0 and repo.stored().startswith("feat: x")
    assert stored_as_conventional == (code == 0)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["whitespace", "scissors"])
def test_the_configured_clean_up_is_honoured_with_an_editor(
    repo: HookedRepository, mode: str
) -> None:
    repo.must("config", "commit.cleanup", mode)
    assert repo.commit(editor='printf "# heading\\nfeat: x\\n" > "$1"').code == 1
    assert repo.commit(editor=type_in("feat: x")).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("character", [";", "!", "x", "%"])
def test_another_comment_character_is_honoured(repo: HookedRepository, character: str) -> None:
    repo.must("config", "core.commentChar", character)
    assert repo.commit(editor=type_in(f"{character} a remark\nfeat: y")).code == 0
    assert repo.stored() == "feat: y"
    assert repo.commit(editor=type_in("# no remark here\nfeat: y")).code == 1


def test_the_automatic_comment_character_is_the_one_git_chose(
    repo: HookedRepository, tmp_path: Path
) -> None:
    repo.must("config", "core.commentChar", "auto")
    (tmp_path / "message").write_text("feat: x\n\n#1 is a line that git must keep\n")
    assert repo.commit("-e", "-F", str(tmp_path / "message"), editor=":").code == 0
    assert "#1 is a line" in repo.stored()
    assert repo.commit(editor=type_in("# a remark\nfeat: z")).code == 0
    assert repo.stored() == "feat: z"


def test_a_comment_string_is_read_only_by_a_git_that_knows_it(repo: HookedRepository) -> None:
    repo.must("config", "core.commentString", "//")
    words = repo.must("version").split()[2].split(".")
    knows = (int(words[0]), int(words[1])) >= (2, 45)
    done = repo.commit(editor=type_in("// a remark\nfeat: x"))
    assert done.code == (0 if knows else 1)


def test_the_diff_below_the_scissors_is_not_part_of_the_message(repo: HookedRepository) -> None:
    (repo.root / "README.md").write_text("changed\n" + "x" * 300 + "\n")
    done = repo.do("commit", "-a", "-q", "-v", editor=type_in("feat: x"))
    assert (done.code, done.err) == (0, "")
    assert repo.stored() == "feat: x"


def test_pasted_scissors_end_nothing_unless_git_cuts_there(repo: HookedRepository) -> None:
    pasted = "# ------------------------ >8 ------------------------\nno type here"
    assert repo.commit(editor=type_in(pasted)).code == 1
    assert repo.commit(editor=type_in(f"feat: x\n\n{pasted}")).code == 0
    assert repo.stored() == "feat: x\n\nno type here"


def test_after_a_refusal_the_retry_command_leaves_the_diff_out(repo: HookedRepository) -> None:
    (repo.root / "README.md").write_text("changed\n")
    done = repo.do(
        "commit", "-a", "-q", "-v", editor=type_in("bad message\n\nwith a long explanation")
    )
    assert done.code == 1
    assert "git commit -e -F .git/COMMIT_EDITMSG.refused" in done.err
    again = repo.do(
        "commit",
        "-a",
        "-q",
        "-e",
        "-F",
        ".git/COMMIT_EDITMSG.refused",
        editor='sed -i.bak "1s/.*/feat: good/" "$1"',
    )
    assert again.code == 0, again.err
    assert repo.stored() == "feat: good\n\nwith a long explanation"


def test_nothing_typed_is_lost_by_a_refusal(repo: HookedRepository) -> None:
    assert repo.commit(editor=type_in("bad message\n\nhours of thought")).code == 1
    assert repo.commit("-m", "bad again").code == 1
    kept = [path.read_text() for path in (repo.root / ".git").glob("COMMIT_EDITMSG.refused*")]
    assert sorted(kept) == ["bad again\n", "bad message\n\nhours of thought\n"]


def test_the_retry_command_works_as_printed(repo: HookedRepository) -> None:
    done = repo.commit(editor=type_in("bad message\n\nhours of thought"))
    command = next(
        line.split()[1:] for line in done.err.splitlines() if line.strip().startswith("git commit")
    )
    assert repo.do(*command, "--allow-empty", editor='sed -i.bak "1s/.*/fix: good/" "$1"').code == 0
    assert repo.stored() == "fix: good\n\nhours of thought"


def test_lines_are_counted_as_they_were_typed(repo: HookedRepository) -> None:
    done = repo.commit(editor=type_in("# a remark\n# another\nfeat: x\nglued to it"))
    assert "line 4, column 1" in done.err


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark", "Signed-off-by: A <a@b.invalid>"])
def test_git_itself_stops_an_empty_message(repo: HookedRepository, text: str) -> None:
    done = repo.commit(editor=f"printf '%s\\n' '{text}' > \"$1\"")
    assert done.code == 1
    assert "Aborting commit due to empty commit message" in done.err
    assert "tierwise" not in done.err


@pytest.mark.slow
def test_git_itself_stops_an_untouched_template(repo: HookedRepository, tmp_path: Path) -> None:
    (tmp_path / "template").write_text("Subject here\n\n# what and why\n")
    repo.must("config", "commit.template", str(tmp_path / "template"))
    done = repo.commit(editor=":")
    assert "did not edit the message" in done.err
    assert "tierwise" not in done.err
    assert "tierwise" in repo.commit(editor='sed -i.bak s/here/there/ "$1"').err

"""The commit-msg hook under real git: what git stores decides, and what the repository is in the middle of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.commit_hook import HOOK_MAIN, HookedRepository, hooked_repository, install, run_hook


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def type_in(text: str) -> str:
    """An editor that writes this text above what git has prepared."""
    return f'printf \'%s\\n\' \'{text}\' | cat - "$1" > "$1.new" && mv "$1.new" "$1"'


# --- clean-up ---------------------------------------------------------------------------------------------------


def test_a_conventional_message_passes_without_a_word(repo: HookedRepository) -> None:
    done = repo.commit("-m", "feat(api)!: add a thing", "-m", "Because.", "-m", "Refs: #12")
    assert (done.code, done.err) == (0, "")


def test_a_plain_sentence_is_refused_with_place_clause_correction_and_retry(repo: HookedRepository) -> None:
    done = repo.commit("-m", "Add a thing")
    assert done.code == 1
    assert "line 1, column 1" in done.err
    assert "clause 1" in done.err
    assert "^^^" in done.err
    assert "perhaps:  feat: Add a thing" in done.err
    assert "git commit -e -F .git/COMMIT_EDITMSG" in done.err


def test_comment_lines_count_when_no_editor_runs(repo: HookedRepository) -> None:
    done = repo.commit("-m", "#12 note\nfeat: x")
    assert done.code == 1
    assert "strips lines that start with # only when an editor was open" in done.err
    repo.must("commit", "-q", "--allow-empty", "--no-verify", "-m", "#12 note\nfeat: x")
    assert repo.stored().startswith("#12 note")


def test_comment_lines_do_not_count_when_an_editor_runs(repo: HookedRepository) -> None:
    assert repo.commit(editor=type_in("# a remark\nfeat: x")).code == 0
    assert repo.stored() == "feat: x"


def test_an_author_whose_own_editor_is_a_colon_gets_the_clean_up_of_an_editor(repo: HookedRepository) -> None:
    repo.policy(preset="commitlint")
    repo.commit("-m", "feat: x")
    (repo.root / ("long" * 50)).write_text("a path that git names in a comment")
    done = repo.commit("--amend", GIT_EDITOR=":")
    assert (done.code, done.err) == (0, "")
    assert repo.stored() == "feat: x"


def test_a_message_from_a_file_is_not_stripped_of_comments(repo: HookedRepository, tmp_path: Path) -> None:
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
    stored_as_conventional = repo.commit("--no-verify", "-m", message).code == 0 and repo.stored().startswith("feat: x")
    assert stored_as_conventional == (code == 0)


@pytest.mark.parametrize("mode", ["whitespace", "scissors"])
def test_the_configured_clean_up_is_honoured_with_an_editor(repo: HookedRepository, mode: str) -> None:
    repo.must("config", "commit.cleanup", mode)
    assert repo.commit(editor='printf "# heading\\nfeat: x\\n" > "$1"').code == 1
    assert repo.commit(editor=type_in("feat: x")).code == 0


@pytest.mark.parametrize("character", [";", "!", "x", "%"])
def test_another_comment_character_is_honoured(repo: HookedRepository, character: str) -> None:
    repo.must("config", "core.commentChar", character)
    assert repo.commit(editor=type_in(f"{character} a remark\nfeat: y")).code == 0
    assert repo.stored() == "feat: y"
    assert repo.commit(editor=type_in("# no remark here\nfeat: y")).code == 1


def test_the_automatic_comment_character_is_the_one_git_chose(repo: HookedRepository, tmp_path: Path) -> None:
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


def test_after_a_refusal_the_retry_command_leaves_the_diff_out(repo: HookedRepository) -> None:
    (repo.root / "README.md").write_text("changed\n")
    done = repo.do("commit", "-a", "-q", "-v", editor=type_in("bad message\n\nwith a long explanation"))
    assert done.code == 1
    assert "git commit -e -F .git/COMMIT_EDITMSG.refused" in done.err
    again = repo.do(
        "commit", "-a", "-q", "-e", "-F", ".git/COMMIT_EDITMSG.refused", editor='sed -i.bak "1s/.*/feat: good/" "$1"'
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
    command = next(line.split()[1:] for line in done.err.splitlines() if line.strip().startswith("git commit"))
    assert repo.do(*command, "--allow-empty", editor='sed -i.bak "1s/.*/fix: good/" "$1"').code == 0
    assert repo.stored() == "fix: good\n\nhours of thought"


def test_lines_are_counted_as_they_were_typed(repo: HookedRepository) -> None:
    done = repo.commit(editor=type_in("# a remark\n# another\nfeat: x\nglued to it"))
    assert "line 4, column 1" in done.err


# --- empty and aborted --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark", "Signed-off-by: A <a@b.invalid>"])
def test_git_itself_stops_an_empty_message(repo: HookedRepository, text: str) -> None:
    done = repo.commit(editor=f"printf '%s\\n' '{text}' > \"$1\"")
    assert done.code == 1
    assert "Aborting commit due to empty commit message" in done.err
    assert "tierwise" not in done.err


def test_git_itself_stops_an_untouched_template(repo: HookedRepository, tmp_path: Path) -> None:
    (tmp_path / "template").write_text("Subject here\n\n# what and why\n")
    repo.must("config", "commit.template", str(tmp_path / "template"))
    done = repo.commit(editor=":")
    assert "did not edit the message" in done.err
    assert "tierwise" not in done.err
    assert "tierwise" in repo.commit(editor='sed -i.bak s/here/there/ "$1"').err


# --- what git itself writes -----------------------------------------------------------------------------------------


def branch_off(repo: HookedRepository, name: str, file: str, text: str) -> None:
    repo.must("switch", "-q", "-c", name)
    repo.put(file, text, f"feat: {name}")
    repo.must("switch", "-q", "main")


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


@pytest.mark.parametrize("line", ["Merge branch 'x'", "Merge pull request #1 from x", "Merge tag 'v1'", "fixup! x"])
def test_a_body_line_never_exempts_a_message(repo: HookedRepository, line: str) -> None:
    assert repo.commit("-m", f"whatever\n\n{line}").code == 1


def test_a_squashed_merge_passes_with_the_message_that_git_prepared(repo: HookedRepository) -> None:
    branch_off(repo, "topic", "t.txt", "1")
    repo.must("merge", "-q", "--squash", "topic")
    assert repo.do("commit", "-q", "--no-edit").code == 0
    assert repo.commit("-m", "Squashed commit of the following:").code == 1


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


@pytest.mark.parametrize("kind", ["--fixup", "--squash"])
def test_a_fixup_passes_when_its_target_is_there(repo: HookedRepository, kind: str) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit(f"{kind}=HEAD", "--no-edit").code == 0
    assert repo.commit(f"{kind}=HEAD", "--no-edit").code == 0  # a fixup of the fixup


def test_a_fixup_of_nothing_is_checked_like_any_message(repo: HookedRepository) -> None:
    assert repo.commit("-m", "fixup! feat: no such commit").code == 1


def test_the_new_message_of_an_amend_commit_is_checked(repo: HookedRepository) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit("--fixup=amend:HEAD", editor=":").code == 0
    bad = repo.commit("--fixup=amend:HEAD~1", editor='sed -i.bak "3s/.*/no type here/" "$1"')
    assert bad.code == 1
    assert "line 3, column 1" in bad.err


def test_an_interactive_rebase_squashes_fixups_and_checks_a_reworded_message(repo: HookedRepository) -> None:
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


def test_amending_is_checked(repo: HookedRepository) -> None:
    repo.commit("-m", "feat: one")
    assert repo.commit("--amend", "-m", "two").code == 1
    assert repo.commit("--amend", "-m", "feat: two").code == 0


# --- places ---------------------------------------------------------------------------------------------------------


def test_a_linked_worktree_has_its_own_state_and_its_own_retry_path(repo: HookedRepository, tmp_path: Path) -> None:
    tree = tmp_path / "a tree"
    repo.must("worktree", "add", "-q", str(tree), "-b", "tree")
    assert repo.do("commit", "--allow-empty", "-m", "feat: x", folder=tree).code == 0
    done = repo.do("commit", "--allow-empty", "-m", "no", folder=tree)
    assert done.code == 1
    assert "worktrees/a-tree/COMMIT_EDITMSG" in done.err
    branch_off(repo, "topic", "t.txt", "1")
    assert repo.do("merge", "--no-ff", "topic", folder=tree).code == 0


def test_a_submodule_is_checked_by_its_own_state(repo: HookedRepository, tmp_path: Path) -> None:
    inner = hooked_repository(tmp_path / "inner")
    allow = ("-c", "protocol.file.allow=always")
    repo.must(*allow, "submodule", "--quiet", "add", str(inner.root), "part")
    install(repo.root / ".git" / "modules" / "part")
    part = repo.root / "part"
    assert repo.do("commit", "--allow-empty", "-m", "feat: x", folder=part).code == 0
    assert repo.do("commit", "--allow-empty", "-m", "Merge branch 'x'", folder=part).code == 1


def test_from_a_subfolder_the_retry_command_names_the_whole_path(repo: HookedRepository) -> None:
    (repo.root / "deep").mkdir()
    done = repo.do("commit", "--allow-empty", "-m", "no", folder=repo.root / "deep")
    assert f"-F {repo.root}/.git/COMMIT_EDITMSG" in done.err


def test_the_hook_can_be_skipped_once(repo: HookedRepository) -> None:
    assert repo.commit("-m", "no", TIERWISE_SKIP="ruff,commit-msg").code == 0
    assert repo.commit("-m", "no", TIERWISE_SKIP="ruff").code == 1


# --- bytes ----------------------------------------------------------------------------------------------------------


def test_crlf_from_an_editor_is_no_fault(repo: HookedRepository) -> None:
    assert repo.commit(editor='printf "feat: x\\r\\n\\r\\nbody\\r\\n" > "$1"').code == 0


def test_crlf_that_git_keeps_is_no_fault_either(repo: HookedRepository) -> None:
    repo.must("config", "commit.cleanup", "verbatim")
    assert repo.commit("-m", "feat: x\r\n\r\nbody\r\n").code == 0


def test_non_ascii_text_passes_in_any_encoding(repo: HookedRepository) -> None:
    assert repo.commit("-m", "feat: größer, 更大, 🦊").code == 0
    repo.must("config", "i18n.commitEncoding", "ISO-8859-1")
    assert repo.commit("-m", "feat: größer".encode("latin-1")).code == 0


def test_bytes_that_are_no_text_warn_and_pass(repo: HookedRepository) -> None:
    done = repo.commit("-m", b"feat: \xff\xfe")
    assert done.code == 0
    assert "line 1, column 7: a byte that is not utf-8" in done.err


def test_lengths_are_counted_in_the_configured_encoding(repo: HookedRepository) -> None:
    repo.policy(preset="spec", header_max_length=12)
    repo.must("config", "i18n.commitEncoding", "ISO-8859-1")
    assert repo.commit("-m", "feat: ääääää".encode("latin-1")).code == 0
    assert repo.commit("-m", "feat: äääääää".encode("latin-1")).code == 1


def test_a_byte_order_mark_is_named(repo: HookedRepository) -> None:
    done = repo.commit("-m", "\ufefffeat: x")
    assert done.code == 1
    assert "byte order mark" in done.err
    assert "perhaps:  feat: x" in done.err


def test_escape_sequences_are_never_echoed(repo: HookedRepository) -> None:
    done = repo.commit("-m", "no \x1b[31mtype\u202e")
    assert done.code == 1
    assert "\x1b" not in done.err
    assert "\u202e" not in done.err


# --- policy ---------------------------------------------------------------------------------------------------------


def test_the_compiled_policy_decides(repo: HookedRepository) -> None:
    assert repo.commit("-m", "wip: x").code == 0
    repo.policy(preset="commitlint")
    done = repo.commit("-m", "wip: Add x.")
    assert done.code == 1
    assert {"type-enum", "subject-case", "subject-full-stop"} <= set(
        done.err.replace("[", " ").replace("]", " ").split()
    )
    assert "perhaps:  chore: add x" not in done.err  # the type is the author's to choose
    assert "perhaps:  feat: add x" in repo.commit("-m", "Feat: Add x.").err


def test_a_broken_compiled_policy_never_stops_a_commit(repo: HookedRepository) -> None:
    repo.policy()
    (repo.root / ".tierwise" / "table.json").write_text("{ broken")
    assert repo.commit("-m", "feat: x").code == 0
    repo.policy(types=7)
    done = repo.commit("-m", "feat: x")
    assert done.code == 0
    assert "was not checked" in done.err


def test_near_misses_of_a_breaking_change_warn_and_pass(repo: HookedRepository) -> None:
    done = repo.commit("-m", "feat: x\n\nbreaking change: y")
    assert done.code == 0
    assert "line 3, column 1" in done.err
    assert "BREAKING CHANGE" in done.err


def test_without_git_on_the_path_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    assert run_hook(b"feat: \xc3\xa4\n", tmp_path, PATH=str(tmp_path / "bin")).code == 0
    assert run_hook(b"no\n", tmp_path, PATH=str(tmp_path / "bin")).code == 1


def test_a_missing_message_file_is_a_wrong_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HOOK_MAIN), "commit-msg", str(tmp_path / "none")], capture_output=True
    )
    assert done.returncode == 2
    assert b"none: No such file" in done.stderr


def test_the_very_first_commit_of_a_repository_is_checked(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    repo = HookedRepository(tmp_path / "new")
    repo.must("init", "-q")
    install(repo.root / ".git")
    assert repo.commit("-m", "fixup! nothing is there yet").code == 1
    assert repo.commit("-m", "feat: begin").code == 0


def test_the_hook_works_from_another_hooks_folder(repo: HookedRepository, tmp_path: Path) -> None:
    (repo.root / ".git" / "hooks" / "commit-msg").rename(repo.root / ".git" / "hooks" / "off")
    assert repo.commit("-m", "no").code == 0
    install(tmp_path)
    repo.must("config", "core.hooksPath", str(tmp_path / "hooks"))
    assert repo.commit("-m", "no").code == 1
    assert repo.commit("-m", "feat: x").code == 0


def test_settings_given_on_gits_command_line_count(repo: HookedRepository) -> None:
    stripped = ("-c", "commit.cleanup=strip", "commit", "-q", "--allow-empty")
    assert repo.do(*stripped, "-m", "# heading\nfeat: x").code == 0
    assert repo.do("-c", "core.commentChar=;", *stripped, "-m", "# heading\nfeat: x").code == 1


def test_a_hook_that_is_killed_loses_nothing(repo: HookedRepository) -> None:
    hook = repo.root / ".git" / "hooks" / "commit-msg"
    hook.write_text(hook.read_text().replace("exec ", "").rstrip() + " &\nkill -9 $!\nwait $!\n")
    done = repo.commit(editor=type_in("feat: x\n\nhours of thought"))
    assert done.code == 1
    assert (repo.root / ".git" / "COMMIT_EDITMSG").read_text().startswith("feat: x\n\nhours of thought\n")


def test_a_message_of_a_thousand_faults_is_refused_in_a_few_lines(repo: HookedRepository) -> None:
    repo.policy(preset="commitlint")
    done = repo.commit("-m", "feat: x\n\n" + ("y" * 120 + "\n") * 1000)
    assert done.code == 1
    assert "and 980 faults more" in done.err
    assert len(done.err.splitlines()) < 100

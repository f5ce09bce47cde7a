"""The commit-msg hook under real git: refusals, the policy, places, faults of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.commit_hook import (
    HOOK_MAIN,
    HookedRepository,
    hooked_repository,
    install,
    run_hook,
    type_in,
)


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def test_a_conventional_message_passes_without_a_word(repo: HookedRepository) -> None:
    done = repo.commit("-m", "feat(api)!: add a thing", "-m", "Because.", "-m", "Refs: #12")
    assert (done.code, done.err) == (0, "")


def test_a_plain_sentence_is_refused_with_place_clause_correction_and_retry(
    repo: HookedRepository,
) -> None:
    done = repo.commit("-m", "Add a thing")
    assert done.code == 1
    assert "line 1, column 1" in done.err
    assert "clause 1" in done.err
    assert "^^^" in done.err
    assert "perhaps:  feat: Add a thing" in done.err
    assert "git commit -e -F .git/COMMIT_EDITMSG" in done.err


def test_from_a_subfolder_the_retry_command_names_the_whole_path(repo: HookedRepository) -> None:
    (repo.root / "deep").mkdir()
    done = repo.do("commit", "--allow-empty", "-m", "no", folder=repo.root / "deep")
    assert f"-F {repo.root}/.git/COMMIT_EDITMSG" in done.err


def test_the_hook_can_be_skipped_once(repo: HookedRepository) -> None:
    done = repo.commit("-m", "no", TIERWISE_SKIP="ruff,commit-msg")
    assert (done.code, done.err) == (0, "tierwise: skipped as asked: commit-msg\n")
    assert repo.commit("-m", "no", TIERWISE_SKIP="ruff").code == 1


@pytest.mark.slow
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


def test_a_thousand_near_misses_are_told_in_a_few_lines(repo: HookedRepository) -> None:
    done = repo.commit("-m", "feat: x", "-m", "BREAKING CHANGE\n" * 1000)
    assert done.code == 0
    assert len(done.err.splitlines()) == 21
    assert "980 warnings more" in done.err


def test_without_git_on_the_path_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    assert run_hook(b"feat: \xc3\xa4\n", tmp_path, PATH=str(tmp_path / "bin")).code == 0
    assert run_hook(b"no\n", tmp_path, PATH=str(tmp_path / "bin")).code == 1


def test_a_missing_message_file_is_a_wrong_call(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(HOOK_MAIN), "commit-msg", str(tmp_path / "none")],
        capture_output=True,
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
    assert (
        (repo.root / ".git" / "COMMIT_EDITMSG")
        .read_text()
        .startswith("feat: x\n\nhours of thought\n")
    )


def test_a_message_of_a_thousand_faults_is_refused_in_a_few_lines(repo: HookedRepository) -> None:
    repo.policy(preset="commitlint")
    done = repo.commit("-m", "feat: x\n\n" + ("y" * 120 + "\n") * 1000)
    assert done.code == 1
    assert "and 980 faults more" in done.err
    assert len(done.err.splitlines()) < 100

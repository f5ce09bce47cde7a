"""Where the commit check takes its settings from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.commit_hook import HookedRepository, hooked_repository

from tierwise.cli import run
from tierwise.commits.policy import read_settings
from tierwise.policy.compile import compile_table
from tierwise.policy.load import load_policy

SPEC = {"preset": "spec"}
COMMITLINT = {"preset": "commitlint"}


@pytest.fixture
def repo(tmp_path: Path) -> HookedRepository:
    return hooked_repository(tmp_path)


def write_table(root: Path, settings: dict[str, str]) -> None:
    (root / ".tierwise").mkdir(exist_ok=True)
    (root / ".tierwise" / "table.json").write_text(
        json.dumps({"schema": 1, "checks": {"commit": settings}})
    )


def test_without_a_policy_the_spec_holds(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert read_settings(str(tmp_path)) == (SPEC, "")


def test_the_compiled_policy_of_a_folder_above_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep").mkdir()
    write_table(tmp_path, COMMITLINT)
    assert read_settings(str(tmp_path)) == (COMMITLINT, "")
    monkeypatch.chdir(tmp_path / "deep")
    assert read_settings() == (COMMITLINT, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 2}',
        '{"schema": 1, "checks": []}',
        '{"schema": 1, "checks": {"commit": "strict"}}',
        '{"schema": 1, "checks": {"commit": ["strict"]}}',
    ],
)
def test_a_table_that_says_nothing_leaves_the_spec(tmp_path: Path, text: str) -> None:
    (tmp_path / ".git").mkdir()
    write_table(tmp_path, COMMITLINT)
    (tmp_path / ".tierwise" / "table.json").write_text(text)
    assert read_settings(str(tmp_path)) == (SPEC, "")


@pytest.mark.slow
def test_an_edit_of_the_policy_holds_for_the_very_next_commit(repo: HookedRepository) -> None:
    policy = repo.root / "tierwise.yaml"
    policy.write_text("extends: balanced\n")
    assert repo.commit("-m", "wip: Shout").code == 0
    policy.write_text("extends: balanced\nchecks:\n  commit:\n    types: [feat]\n")
    assert "type-enum" in repo.commit("-m", "wip: x").err
    policy.write_text("extends: balanced\nchecks:\n  commit:\n    types: [wip]\n")
    assert repo.commit("-m", "wip: x").code == 0


@pytest.mark.slow
def test_a_broken_edit_is_said_and_the_settings_before_it_hold(repo: HookedRepository) -> None:
    policy = repo.root / "tierwise.yaml"
    policy.write_text("extends: balanced\nchecks:\n  commit:\n    types: [feat]\n")
    assert repo.commit("-m", "wip: x").code == 1
    policy.write_text("extends: balanced\nchecks:\n  commit:\n    types: 7\n")
    done = repo.commit("-m", "wip: x")
    assert done.code == 1
    assert "tierwise.yaml does not hold yet" in done.err
    assert repo.commit("-m", "feat: x").code == 0


@pytest.mark.slow
def test_a_policy_that_was_only_touched_is_not_compiled_again(repo: HookedRepository) -> None:
    policy = repo.root / "tierwise.yaml"
    policy.write_text("extends: balanced\n")
    assert repo.commit("-m", "feat: x").code == 0
    own = repo.root / ".tierwise" / "local" / "table.json"
    written = own.stat().st_mtime_ns
    os.utime(policy)
    assert repo.commit("-m", "feat: x").code == 0
    assert own.stat().st_mtime_ns == written


def test_the_command_reads_the_policy_as_it_stands(
    repo: HookedRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.root)
    repo.commit("-m", "wip: x")
    (repo.root / "tierwise.yaml").write_text(
        "extends: balanced\nchecks:\n  commit:\n    preset: commitlint\n"
    )
    assert run(["commit", "check", "HEAD"]) == 1
    assert run(["commit", "check", "--preset", "spec", "HEAD"]) == 0
    (repo.root / "tierwise.yaml").write_text(
        "extends: balanced\nchecks:\n  commit:\n    preset: none\n"
    )
    assert run(["commit", "check", "HEAD"]) == 2


def test_in_a_fresh_clone_whose_times_say_nothing_the_committed_table_holds(
    repo: HookedRepository,
) -> None:
    policy = repo.root / "tierwise.yaml"
    policy.write_text("extends: balanced\nchecks:\n  commit:\n    types: [feat]\n")
    table = compile_table(load_policy(str(repo.root)))
    (repo.root / ".tierwise").mkdir()
    (repo.root / ".tierwise" / "table.json").write_text(json.dumps(table))
    os.utime(policy)
    assert read_settings(str(repo.root)) == (table["checks"]["commit"], "")
    assert repo.commit("-m", "wip: x").code == 1
    assert not (repo.root / ".tierwise" / "local").exists()

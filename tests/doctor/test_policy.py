"""The policy, its mode and the log of faults."""

from __future__ import annotations

from pathlib import Path

from tests.support.doctor import check, levels, says
from tests.support.policies import write_policy

from tierwise.doctor import policy
from tierwise.doctor.place import look


def test_a_broken_policy_fails_with_its_place(root: Path, env: dict[str, str]) -> None:
    write_policy(root, "mode: nonsense\n")
    (finding,) = check(policy.check_policy, root, env)
    assert finding.level == "fail"
    assert finding.what.startswith("tierwise.yaml:2")


def test_every_fault_of_a_policy_is_told_in_one_line(root: Path, env: dict[str, str]) -> None:
    write_policy(root, "mode: nonsense\nroutes: {docs: ligth}\n")
    (finding,) = check(policy.check_policy, root, env)
    assert "hybrid; tierwise.yaml:3" in finding.what
    assert "\n" not in finding.what


def test_a_policy_newer_than_its_files_is_a_warning(root: Path, env: dict[str, str]) -> None:
    write_policy(root, "extends: economy\n")
    assert levels(policy.check_policy(look(str(root), env))) == {"policy": "warn"}


def test_a_missing_table_fails(root: Path, env: dict[str, str]) -> None:
    (root / ".tierwise" / "table.json").unlink()
    assert levels(policy.check_policy(look(str(root), env))) == {"policy": "fail"}


def test_no_policy_at_all_is_a_warning(repository: Path, env: dict[str, str]) -> None:
    assert levels(policy.check_policy(look(str(repository), env))) == {"policy": "warn"}


def test_a_mode_that_does_not_enforce_is_a_warning(root: Path, env: dict[str, str]) -> None:
    assert levels(policy.check_mode(look(str(root), env))) == {"mode": "ok"}
    assert "shadow" in says(policy.check_mode(look(str(root), env | {"TIERWISE_MODE": "shadow"})))
    assert "nonsense" in says(
        policy.check_mode(look(str(root), env | {"TIERWISE_MODE": "nonsense"}))
    )


def test_faults_of_the_hook_are_shown_for_a_week(root: Path, env: dict[str, str]) -> None:
    log = root / ".tierwise" / "local" / "hook.log"
    log.write_text("2001-01-01T00:00:00.000Z PreToolUse KeyError: old\n", encoding="utf-8")
    assert levels(policy.check_log(look(str(root), env))) == {"log": "ok"}
    log.write_text("2999-01-01T00:00:00.000Z PreToolUse KeyError: young\n", encoding="utf-8")
    assert "KeyError: young" in says(policy.check_log(look(str(root), env)))

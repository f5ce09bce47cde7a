"""The policy diff: single lines, a valid policy after each, everything else as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.support.repository import git, make_repository

from tierwise.policy.complaints import PolicyError
from tierwise.report.fix import policy_diff

POLICY = """\
# Ours.
version: 1
extends: balanced
agents:
    Explore: mid   # slow repository
hooks: {mode: advise}
routes: {}
"""


def changed(policy: str, *patch: tuple[tuple[str, ...], str]) -> list[str]:
    diff, left = policy_diff(policy.encode(), patch)
    assert left == []
    return [
        line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]


def test_a_new_line_goes_into_its_section_at_its_indentation() -> None:
    assert changed(POLICY, (("agents", "Plan"), "mid")) == ["+    Plan: mid"]


def test_a_line_that_is_there_gets_its_new_value_and_keeps_its_comment() -> None:
    expected = ["-    Explore: mid   # slow repository", "+    Explore: light   # slow repository"]
    assert changed(POLICY, (("agents", "Explore"), "light")) == expected


def test_an_empty_section_and_one_in_braces_and_a_missing_one_are_filled() -> None:
    assert changed(POLICY, (("routes", "docs"), "light"))[-1] == "+routes: {docs: light}"
    assert (
        changed(POLICY, (("hooks", "prompt_line"), "true"))[-1]
        == "+hooks: {prompt_line: true, mode: advise}"
    )
    assert changed(POLICY, (("session", "model"), "sonnet")) == ["+session:", "+  model: sonnet"]


def test_a_name_that_is_no_plain_word_is_quoted() -> None:
    assert changed(POLICY, (("agents", "plugin:reader"), "light")) == [
        '+    "plugin:reader": light'
    ]


def test_without_a_policy_the_diff_makes_one() -> None:
    diff, left = policy_diff(None, [(("agents", "x"), "mid")])
    assert left == [] and "--- /dev/null" in diff and "+extends: balanced" in diff


def test_what_would_leave_no_valid_policy_is_left_out_with_the_reason() -> None:
    diff, left = policy_diff(
        POLICY.encode(), [(("agents", "x"), "no-such-tier"), (("hooks", "mode"), "enforce")]
    )
    assert diff == ""
    assert left[0].startswith("left out: agents.x: no-such-tier, ") and len(left) == 2


def test_of_two_lines_for_one_place_the_dearer_finding_s_wins() -> None:
    diff, left = policy_diff(
        POLICY.encode(), [(("agents", "x"), "mid"), (("agents", "x"), "light")]
    )
    assert "+    x: mid" in diff and len(left) == 1


def test_a_bad_policy_is_said_to_be_one() -> None:
    with pytest.raises(PolicyError):
        policy_diff(b"version: 1\nnonsense: 1\n", [(("agents", "x"), "mid")])


def test_git_applies_the_diff(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "r", {"tierwise.yaml": POLICY})
    diff, _ = policy_diff(
        POLICY.encode(), [(("agents", "Plan"), "mid"), (("session", "model"), "sonnet")]
    )
    subprocess.run(["git", "-C", str(root), "apply"], input=diff.encode(), check=True)
    assert git(root, "diff", "--shortstat").strip() == "1 file changed, 3 insertions(+)"

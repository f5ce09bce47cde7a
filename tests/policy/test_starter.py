"""The policy that install writes where there is none."""

from __future__ import annotations

import datetime

import pytest

from tierwise.commits.message import check
from tierwise.policy.load import parse_policy, preset_names
from tierwise.policy.starter import starter_policy

TODAY = datetime.date(2026, 11, 21)


@pytest.mark.parametrize("preset", preset_names())
def test_it_extends_the_preset_and_is_due_for_review_in_a_quarter(preset: str) -> None:
    policy = parse_policy(starter_policy(preset, TODAY)).policy
    assert policy.extends == preset
    assert policy.review == datetime.date(2027, 2, 20)


def test_its_first_line_tells_editors_the_schema() -> None:
    first = starter_policy("balanced", TODAY).splitlines()[0]
    assert first == b"# yaml-language-server: $schema=.tierwise/schema.json"


def test_no_placeholder_is_left() -> None:
    assert b"@" not in starter_policy("balanced", TODAY).replace(b"@tierwise", b"")


def test_it_is_one_page() -> None:
    assert len(starter_policy("balanced", TODAY).splitlines()) <= 60


def test_every_example_in_it_is_right_when_the_comment_mark_is_taken_away() -> None:
    text = starter_policy("balanced", TODAY).decode()
    head, examples = text.split("\n# automated:", 1)
    lines = [
        line[2:] if line.startswith("# ") else "" for line in f"# automated:{examples}".splitlines()
    ]
    policy = parse_policy("\n".join([head, *lines]).encode()).policy
    assert policy.automated["lint"]


@pytest.mark.parametrize(
    "command", ["ruff check .", "npm run lint -- --max-warnings=0", "echo 'a: b' # c", "- x", "a:"]
)
def test_a_found_command_is_written_so_that_it_reads_back(command: str) -> None:
    policy = parse_policy(starter_policy("balanced", TODAY, {"lint": command})).policy
    assert policy.automated["lint"] == command


def test_beside_a_commitlint_of_the_projects_own_no_message_is_refused_that_it_could_accept() -> (
    None
):
    text = starter_policy("balanced", TODAY, commitlint=".commitlintrc.yml")
    assert b".commitlintrc.yml" in text
    chosen = parse_policy(text).policy.checks.commit.model_dump(exclude_none=True)
    for message in (
        "theme(x): Add a Theme.\nno blank line above this",
        "FIX: long " + "and longer" * 40,
        "fix: y\n\n" + "long " * 40,
    ):
        assert not check(message, chosen).faults, message
    assert check("no type at all", chosen).faults

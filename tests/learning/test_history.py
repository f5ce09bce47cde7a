"""Tasks from commits that brought tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.history import make_history

from tierwise.learning.history import find_history_tasks, write_task


def test_commits_with_code_and_tests_are_tasks_newest_first(repository: Path) -> None:
    commits = make_history(repository)
    found = list(find_history_tasks(str(repository)))
    assert [task.commit for task in found] == [commits["rename"], commits["fix"]]
    fix = found[1]
    assert (fix.base, fix.tests) == (commits["begin"], ("test_app.py",))
    assert fix.text == "let add() add its numbers"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("feat(api)!: page the list", "page the list"),
        ("page the list\n\nBy 20.\n\nCo-authored-by: B <b@c.d>", "page the list\n\nBy 20."),
        ("fix: x\n\nFixes: abcdef1\nReviewed-by: E", "x"),
    ],
)
def test_a_task_is_the_message_without_type_and_trailers(message: str, text: str) -> None:
    assert write_task(message) == text

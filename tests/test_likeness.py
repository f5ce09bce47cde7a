"""The same task in other words is known again; another item of the same template is another task."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.likeness import NEAR_IDENTICAL, compare_likeness, describe_likeness

TITLE = "Task 3: lock after failed logins"
PROMPT = (
    "You are implementing Task 3: lock an account after five failed logins.\n"
    "Files: modify app/models/user.rb and app/controllers/sessions.rb, test in spec/models/user_spec.rb.\n"
    "Count the failures in `failed_logins`, set `locked_until`, send LockedMailer. Before you begin, read docs/plan.md.\n"
    "Run `bundle exec rspec`, commit, and report what you changed in three sentences."
)


def compare(root: Path, title: str, prompt: str) -> float:
    """How like a task is to the one above."""
    one, other = (
        describe_likeness(str(root), *task) for task in ((TITLE, PROMPT), (title, prompt))
    )
    return compare_likeness(one, other)


@pytest.mark.parametrize(
    ("title", "prompt"),
    [
        (TITLE, PROMPT),
        (f"Retry: {TITLE}", f"Try again, but run the tests before you finish.\n\n{PROMPT}"),
        (f"{TITLE} (attempt 2)", f"{PROMPT}\nIMPORTANT: do not touch any other file."),
        (TITLE.upper(), PROMPT.replace("in three sentences", "briefly")),
    ],
)
def test_an_edited_retry_is_the_same_task(title: str, prompt: str, tmp_path: Path) -> None:
    assert compare(tmp_path, title, prompt) >= NEAR_IDENTICAL


def test_the_next_item_of_a_template_is_another_task(tmp_path: Path) -> None:
    following = PROMPT.replace("Task 3", "Task 4")
    assert compare(tmp_path, TITLE.replace("3", "4"), following) == 0
    assert compare(tmp_path, TITLE, following) == 0


def test_an_item_is_named_within_a_tag_too(tmp_path: Path) -> None:
    framed = (f"<task>Task {number}: lock accounts</task>\n{PROMPT}" for number in (3, 4))
    one, other = (describe_likeness(str(tmp_path), "Plan item", prompt) for prompt in framed)
    assert compare_likeness(one, other) == 0


def test_the_same_title_over_another_prompt_is_another_task(tmp_path: Path) -> None:
    other = "Task 3 of the plan is done. Write its changelog line, with the names of both options, and nothing else."
    assert compare(tmp_path, TITLE, other) < NEAR_IDENTICAL


def test_without_a_description_nothing_is_kept(tmp_path: Path) -> None:
    assert describe_likeness(str(tmp_path), "", PROMPT) == ""
    assert describe_likeness(str(tmp_path), "Try again", PROMPT) == ""


def test_another_clone_s_key_keeps_something_else(tmp_path: Path) -> None:
    for clone in ("a", "b"):
        (tmp_path / clone).mkdir()
    one, other = (describe_likeness(str(tmp_path / clone), TITLE, PROMPT) for clone in ("a", "b"))
    assert one.partition(":")[0] != other.partition(":")[0]
    assert one.rpartition(":")[2] != other.rpartition(":")[2]


def test_no_word_of_the_task_stands_in_what_is_kept(tmp_path: Path) -> None:
    kept = describe_likeness(str(tmp_path), TITLE, PROMPT)
    assert set(kept) <= set("0123456789abcdef:")
    longer = describe_likeness(str(tmp_path), TITLE, PROMPT * 50)
    assert len(longer) == pytest.approx(len(kept), abs=2)


@pytest.mark.parametrize("damaged", ["", "x", "a:b", "0011223344556677:zz:" + "0" * 64, "::"])
def test_what_is_damaged_is_like_nothing(damaged: str, tmp_path: Path) -> None:
    kept = describe_likeness(str(tmp_path), TITLE, PROMPT)
    assert compare_likeness(kept, damaged) == 0
    assert compare_likeness(damaged, damaged) == 0


@pytest.mark.parametrize("prompt", ["", "…", "\ud800 lone", "作業を続けてください", "x " * 100_000])
def test_a_prompt_of_any_shape_is_like_itself(prompt: str, tmp_path: Path) -> None:
    kept = describe_likeness(str(tmp_path), TITLE, prompt)
    has_words = bool(prompt.strip(" …"))
    assert compare_likeness(kept, kept) == float(has_words)

"""Whether words promise work in many files."""

from __future__ import annotations

import pytest

from tierwise.session.extent import asks_for_all, count_named_code, explain_extent

PLAN = "Implement the plan: " + ", ".join(f"`src/part{n}/index{n}.ts`" for n in range(6))


def test_a_plan_that_names_six_code_files_is_large() -> None:
    assert explain_extent(PLAN) == "the task names 6 code files"


def test_five_files_and_prose_are_not() -> None:
    text = "See a.py, b/b.go, c.rs, d.ts, e.java; write README.md and notes.txt. Version 2.1 etc."
    assert count_named_code(text) == 5
    assert explain_extent(text) == ""


def test_one_name_in_two_folders_counts_once() -> None:
    assert count_named_code("api/main.go and cli/main.go.") == 1


@pytest.mark.parametrize(
    "text", ["fix all", "yeah please fix all 11 issues", "address the review comments, please"]
)
def test_a_request_for_all_of_something_is_large(text: str) -> None:
    assert explain_extent(text) == "it asks for all of them at once"


@pytest.mark.parametrize("text", ["fix the login", "all tests pass now?", "list the findings"])
def test_other_requests_are_not(text: str) -> None:
    assert not asks_for_all(text)


def test_a_long_text_says_all_in_passing() -> None:
    assert explain_extent("fix all. " + "word " * 200) == ""


OFFER = (
    "The cause is clear: three callers skip the lock. Want me to go ahead and implement the fix?"
)


@pytest.mark.parametrize(
    "text", ["Yes", "go ahead", "ok that sounds great. lets get this going", "yeah, please do it"]
)
def test_the_assent_to_offered_work_is_large(text: str) -> None:
    assert explain_extent(text, OFFER, "read") == "what was found out is to be done"


@pytest.mark.parametrize("text", ["", "no", "why three?", "yes, but show me one", "rename it"])
def test_another_answer_to_an_offer_is_not(text: str) -> None:
    assert explain_extent(text, OFFER, "read") == ""


def test_what_is_left_over_after_edits_is_small() -> None:
    assert explain_extent("yes", "Done. Want me to fix the typo in the comment, too?", "edit") == ""


def test_an_offer_of_something_else_is_small() -> None:
    assert explain_extent("yes", "Both exist. Want me to delete the branches?", "run") == ""


def test_what_a_teammate_reports_is_done() -> None:
    report = f'<teammate-message teammate_id="ui-dev">{PLAN}</teammate-message>'
    assert explain_extent(report) == ""
    assert explain_extent(report.replace("ui-dev", "team-lead")) != ""

"""What a task asks to leave alone, and several requests in one task."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify.requests import further_requests, without_exclusions


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("don't touch the auth code, only rename x", ", only rename x"),
        ("rename x. Do not change the login page!", "rename x. !"),
        ("leave the payment code as it is and rename x", " and rename x"),
        ("Don\u2019t modify auth but rename x", " but rename x"),
        ("не трогай авторизацию, переименуй x", ", переименуй x"),
    ],
)
def test_a_clause_that_leaves_something_alone_goes(text: str, left: str) -> None:
    assert without_exclusions(text) == left


@pytest.mark.parametrize(
    "text", ["don't touch the auth code", "leave a note for Ann", "rename x", "İ don't touch it"]
)
def test_where_nothing_else_is_said_or_nothing_is_left_alone_the_text_stays(text: str) -> None:
    assert without_exclusions(text) == text


def test_a_clause_that_runs_on_is_no_exclusion() -> None:
    text = (
        "don't touch it rewrite the password check of the login form so that it accepts everything"
    )
    assert "password check" in without_exclusions(text)


def test_what_is_excluded_does_not_raise_the_tier() -> None:
    assert route("don't touch the auth code, only rename the variable in utils.ts").tier == "light"


def test_what_is_asked_for_beside_an_exclusion_still_does() -> None:
    assert route("don't touch the docs, rewrite the password check").tier == "frontier"


@pytest.mark.parametrize(
    ("task", "tier"),
    [
        ("fix the typo and redesign auth", "frontier"),
        (
            "rename the variable tmp and while you're at it move the session handling to redis",
            "frontier",
        ),
        ("sort the imports and remove the unused ones", "light"),
    ],
)
def test_of_several_requests_the_one_that_asks_for_more_decides(task: str, tier: str) -> None:
    assert route(task).tier == tier


def test_a_long_task_explains_itself_in_sentences_and_is_not_cut_into_requests() -> None:
    assert further_requests(["sort", "imports", "and", "design", "schema"]) == [
        ["design", "schema"]
    ]
    assert further_requests(["sort", "imports", *["word"] * 40, "and", "design", "schema"]) == []


@pytest.mark.parametrize("left", ["stay out of src/auth/", "lass db/migrations/ in Ruhe"])
def test_a_folder_that_others_work_in_is_no_path_of_the_task(left: str) -> None:
    assert route(f"make the sidebar responsive, {left}").tier == "mid"

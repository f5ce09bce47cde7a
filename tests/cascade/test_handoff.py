"""The handoff: everything in it, in order, within its tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.cascade.handoff import CLOSING, Handoff, count_tokens, read_closing, render

FULL = Handoff(
    task="Mend it", plan="first a, then b", decisions="no globals", tried=("light: gate tests failed",),
    diff="app.py | 2 +-", failure="AssertionError: 6 != 5", example="Task: like it",
)  # fmt: skip


def test_a_handoff_says_all_that_is_known() -> None:
    text = render(FULL, 6000)
    for part in (
        "Mend it",
        "first a, then b",
        "no globals",
        "1. light: gate tests failed",
        "app.py | 2",
        "6 != 5",
        "like it",
    ):
        assert part in text


def test_a_first_attempt_gets_the_task_and_nothing_about_earlier_ones() -> None:
    assert render(Handoff("Mend it"), 6000) == f"## Task\nMend it\n\n{CLOSING}\n"


def test_where_the_answer_is_the_result_nothing_is_asked_beside_it() -> None:
    handoff = Handoff("Name the function", tried=("light: gate schema failed",), failure="not JSON")
    prompt = render(handoff, 2000, edits=False)
    assert "PLAN:" not in prompt and "from the files" not in prompt
    assert "gate schema failed" in prompt and "not JSON" in prompt


def test_of_a_long_failure_the_end_is_kept() -> None:
    text = render(Handoff("Mend it", failure="x" * 90_000 + "THE END"), 1000)
    assert "THE END" in text
    assert count_tokens(text) <= 1000 + 60


@pytest.mark.slow
@given(
    st.text(max_size=3000), st.text(max_size=3000), st.text(max_size=3000), st.integers(500, 1500)
)
def test_a_handoff_keeps_to_its_tokens_and_never_cuts_the_task(
    plan: str, diff: str, failure: str, budget: int
) -> None:
    task = "Mend it, whatever it takes"
    text = render(Handoff(task, plan, "", ("light: no",), diff, failure), budget)
    assert task in text
    assert count_tokens(text) <= budget + 160  # the titles of six sections


def test_plan_and_decisions_come_back_out_of_the_last_message() -> None:
    text = "All done.\n\n**PLAN:** add tests\nthen docs\n\nDECISIONS: kept the API"
    assert read_closing(text) == ("add tests\nthen docs", "kept the API")
    assert read_closing("nothing of the kind") == ("", "")

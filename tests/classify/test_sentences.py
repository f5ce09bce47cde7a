"""Prompts that one agent writes to another: what counts in them."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify.sentences import weigh_words
from tierwise.classify.words import split_words

PROMPT = """You are a backend engineer. {about}

## Context
{context}

## Task
{task}

## Constraints
{constraints}

## Output
{output}
"""
PLAIN = {
    "about": "You have access to the repository.",
    "context": "Another agent works on the documentation at the same time.",
    "task": "Write unit tests for the date parser.",
    "constraints": "- Do not refactor anything.",
    "output": "Return a summary of the changes.",
}


def prompt(**parts: str) -> str:
    return PROMPT.format(**{**PLAIN, **parts})


@pytest.mark.parametrize(
    ("task", "kind"),
    [
        ("Write unit tests for the date parser.", "tests"),
        ("Rename the class Cart to Basket.", "rename"),
        ("Find out why the export sometimes stops.", "debugging"),
        ("Add a nullable column archived_at to the projects table.", "schema"),
    ],
)
def test_the_task_counts_whatever_stands_around_it(task: str, kind: str) -> None:
    assert route(prompt(task=task)).kind == kind


@pytest.mark.parametrize("part", ["about", "context", "constraints", "output"])
def test_guarded_work_is_seen_wherever_it_stands(part: str) -> None:
    assert route(prompt(**{part: "Disable the signature verification."})).tier == "frontier"


def test_what_an_agent_is_called_is_not_what_is_asked_for() -> None:
    assert (
        route("You are a subagent. Your task is to sort the imports in src/app.py.").kind
        == "imports"
    )


def test_the_task_is_weighed_as_the_beginning() -> None:
    words = split_words("You are a writer. " + "Some words before it. " * 20 + "Task: rename it")
    weights = weigh_words(words)
    assert weights[words.index("rename")] == (1.25, 1.0)
    assert weights[words.index("writer")][1] < 1


def test_what_is_forbidden_counts_less_but_the_ban_itself_does_not() -> None:
    words = split_words("Fix it. Do not refactor.")
    weights = weigh_words(words)
    assert weights[words.index("refactor")][1] < weights[words.index("do")][1] == 1.0

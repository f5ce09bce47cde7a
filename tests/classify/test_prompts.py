"""The parts of a prompt."""

from __future__ import annotations

import pytest
from tests.support.routing import route

from tierwise.classify import prompts
from tierwise.classify.prompts import read_prompt
from tierwise.classify.requests import says_it_only_looks
from tierwise.classify.signals import read_signals

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
        ("Add a nullable column archived_at to the projects table.", "schema"),
    ],
)
def test_the_task_counts_whatever_stands_around_it(task: str, kind: str) -> None:
    assert route(prompt(task=task)).kind == kind


def test_what_is_only_told_is_set_aside() -> None:
    parts = read_prompt(
        "Add a flag.\n\n## Context\nThe login was rewritten.\n\n## Details\nIt is called --since."
    )
    assert parts.lead[0] == "Add a flag."
    assert parts.aside == ["## Context", "The login was rewritten."]
    assert "It is called --since." in [*parts.body, *parts.lead]


def test_nothing_but_asides_is_read_all_the_same() -> None:
    assert read_prompt("Context: the login").lead == ["Context: the login"]


def test_the_role_line_is_not_what_is_asked_for() -> None:
    assert read_prompt("You are a writer.\nRename it.").lead == ["Rename it."]


def test_files_to_change_are_told_from_files_to_look_in() -> None:
    text = (
        "Add a flag.\n\n**Files:**\n- Modify: `a/one.py`\n- Test: `tests/one.py`\n\n"
        "Look in b/two.py, b/three.py, b/four.py, b/five.py, b/six.py for the style."
    )
    assert read_signals(text).files == 1  # a test accompanies what it tests


def test_a_long_prompt_names_most_of_its_files_in_passing() -> None:
    names = [f"src/{name}.py" for name in "abcdefgh"]
    wish = "Add a flag to the list command. "
    assert read_signals(f"{wish}{' '.join(names)}").files == len(names)
    told = " ".join(
        f"The one in {name} is called by the next, which nobody reads." for name in names
    )
    assert read_signals(f"{wish}\n\n{told * 2}").files == 0


def test_the_sentence_that_names_the_place_is_not_the_wish() -> None:
    prompt = read_prompt("Trim comments\nRepo: D:\\x (Go). Shorten the comments in a.go.")
    assert prompt.lead == ["Trim comments", "Shorten the comments in a.go."]


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("This is research only, write nothing.", True),
        ("Don't make any changes.", True),
        ("Do not modify any files outside src.", False),
        ("make the key read-only", False),
    ],
)
def test_a_task_says_itself_that_it_changes_nothing(text: str, looks: bool) -> None:
    assert says_it_only_looks(text) is looks


def test_files_that_are_only_read_put_no_floor_up() -> None:
    places = ", ".join(f"src/{name}.py" for name in "abcdefgh")
    assert (
        route(f"Find all callers of render_invoice. Search {places}.", agent="Explore").tier
        == "light"
    )


@pytest.mark.parametrize("part", ["context", "constraints"])
def test_what_a_frame_mentions_changes_nothing(part: str) -> None:
    said = {part: "Authentication and payments need an owner's approval."}
    assert route(prompt(**said)).tier == "mid"


def test_reading_about_protected_things_changes_nothing() -> None:
    assert (
        route(
            "Find where the session token is checked. Look in src/auth/token.py.", agent="Explore"
        ).tier
        == "light"
    )


def test_files_to_look_at_in_the_middle_of_a_line_are_not_files_to_change() -> None:
    task = "Add a label option to the chart. Files you will need to look at: a.ts, b.ts, c.ts, d.ts, e.ts, f.ts, g.ts"
    assert read_signals(task).files == 0


@pytest.mark.parametrize(
    "task",
    [
        "Let the importer take files to read from stdin and rotate the password in src/auth/login.py",
        "Add the files to look at, and rotate the password in src/auth/login.py",
    ],
)
def test_files_to_read_in_the_middle_of_a_wish_hide_nothing(task: str) -> None:
    assert read_signals(task).named == ("src/auth/login.py",)


def test_every_list_of_files_to_read_is_found_behind_a_sentence() -> None:
    """A line without the words that all these lists begin with is not searched for them."""
    for phrase in prompts._READS:
        line = f"Fix the parser. {phrase.capitalize()}: src/parse.py"
        assert list(prompts.split_places(line))[1:] == ["", f" {phrase.capitalize()}: src/parse.py"]


@pytest.mark.parametrize(
    "aside",
    [
        "Note: also drop the password column from the users table.",
        "Important:\n- keep the tests green\n- also drop the password column while you are there",
        "## Context\nThe page is old. As part of this, drop the password column.",
    ],
)
def test_what_only_tells_may_ask_for_more(aside: str) -> None:
    decision = route(f"Fix the typo in the header.\n\n{aside}")
    assert (decision.tier, decision.floor) == ("frontier", "frontier")


@pytest.mark.parametrize(
    "line",
    ["Also note that passwords are hashed.", "Also don't ask for the password.", "As before."],
)
def test_what_only_tells_is_no_request(line: str) -> None:
    assert line not in read_prompt(f"Fix the typo.\n\nNote: {line}").body
    assert route(f"Fix the typo in the header.\n\nNote: {line}").floor is None

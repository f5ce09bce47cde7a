"""The grammar of Conventional Commits 1.0.0, clause by clause."""

from __future__ import annotations

import pytest

from tierwise.commits.parse import Fault, Header, read_body, read_footer, read_header

HEADERS = [
    ("feat: x", ("feat", None, False, "x")),
    ("fix(parser): x", ("fix", "parser", False, "x")),
    ("feat!: x", ("feat", None, True, "x")),
    ("feat(api)!: x", ("feat", "api", True, "x")),
    ("docs(a, b): x", ("docs", "a, b", False, "x")),
    ("build_x-y: x: y", ("build_x-y", None, False, "x: y")),
]
FAULTS = [
    ("", "type-empty", 1, 1),
    ("Fix the bug", "type-empty", 1, 1),
    (" feat: x", "type-empty", 1, 1),
    ("\ufefffeat: x", "type-empty", 1, 1),
    (": x", "type-empty", 1, 1),
    ("feat : x", "type-form", 5, 1),
    ("feat): x", "type-form", 5, 1),
    ("feat(: x", "scope-form", 5, 4),
    ("feat(): x", "scope-empty", 5, 4),
    ("feat(a(b): x", "scope-form", 7, 4),
    ("feat(a)(b): x", "scope-form", 8, 4),
    ("feat! (a): x", "bang-position", 6, 13),
    ("feat(a) : x", "colon-space", 8, 1),
    ("feat:x", "colon-space", 6, 1),
    ("feat:", "subject-empty", 6, 5),
    ("feat:   ", "subject-empty", 6, 5),
]
FOOTERS = [
    ("Refs: #12", ("Refs", ": ", "#12")),
    ("Fixes #12", ("Fixes", " #", "12")),
    ("Reviewed-by: Z", ("Reviewed-by", ": ", "Z")),
    ("BREAKING CHANGE: x", ("BREAKING CHANGE", ": ", "x")),
    ("BREAKING-CHANGE: x", ("BREAKING-CHANGE", ": ", "x")),
    ("breaking change: x", None),
    ("BREAKING CHANGE #1", None),
    ("two words: x", None),
    ("Refs:", None),
    ("Refs: ", None),
    ("no footer", None),
]


@pytest.mark.parametrize(("line", "parts"), HEADERS)
def test_a_header_is_taken_apart(line: str, parts: tuple[object, ...]) -> None:
    found = read_header(line)
    assert isinstance(found, Header)
    assert (found.type, found.scope, found.bang, found.description) == parts


@pytest.mark.parametrize(("line", "rule", "column", "clause"), FAULTS)
def test_the_first_fault_has_its_rule_place_and_clause(
    line: str, rule: str, column: int, clause: int
) -> None:
    found = read_header(line)
    assert isinstance(found, Fault)
    assert (found.rule, found.line, found.column, found.clause) == (rule, 1, column, clause)


@pytest.mark.parametrize(("line", "parts"), FOOTERS)
def test_a_footer_is_a_token_a_separator_and_a_value(
    line: str, parts: tuple[str, str, str] | None
) -> None:
    assert read_footer(line) == parts


def test_a_footers_value_goes_on_until_the_next_token() -> None:
    lines = ["feat: x", "", "The body: two lines", "of it.", "", "Refs: one", "two", "", "Fixes #3"]
    body = read_body(lines)
    assert body.text == "The body: two lines\nof it."
    assert body.footers == [("Refs", ": ", "one\ntwo", 6), ("Fixes", " #", "3", 9)]


def test_a_token_in_the_middle_of_the_body_is_body() -> None:
    assert read_body(["feat: x", "", "See", "Refs: one"]).footers == []


def test_a_megabyte_without_a_blank_is_one_word_and_takes_no_time() -> None:
    found = read_header("a" * 1_000_000)
    assert isinstance(found, Fault)
    assert found.rule == "type-empty"

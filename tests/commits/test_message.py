"""The verdict on one message, held against recorded verdicts of the peers and against arbitrary bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.commits.clean import clean, line_numbers
from tierwise.commits.git import decode
from tierwise.commits.message import check
from tierwise.commits.verdict import MessageVerdict
from tierwise.policy.commit import CommitChecks

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "commit_verdicts.jsonl").read_text().splitlines()
]
SPEC = {"preset": "spec"}
COMMITLINT = {"preset": "commitlint"}


def rules(verdict: MessageVerdict) -> list[str]:
    return sorted({fault.rule for fault in verdict.faults})


def test_the_recorded_set_holds_a_few_hundred_different_messages() -> None:
    assert len({row["message"] for row in ROWS}) == len(ROWS) >= 300


def test_every_recorded_verdict_holds() -> None:
    for row in ROWS:
        message = row["message"]
        spec = check(message, SPEC)
        assert (not spec.faults) == row["spec"], message
        if spec.faults:
            assert spec.faults[0].clause == row["clause"], message


def test_every_recorded_verdict_of_commitlint_holds() -> None:
    for row in ROWS:
        message = row["message"]
        commitlint = check(message, COMMITLINT)
        peers = row["peers"]
        recorded = peers["commitlint-21"]
        valid = not commitlint.faults
        assert valid == recorded["valid"] == peers["commitlint-20"]["valid"], message
        assert rules(commitlint) == recorded["rules"], message
        warned = sorted({fault.rule for fault in commitlint.warnings})
        assert warned == recorded["warnings"], message


@pytest.mark.parametrize("peer", ["commitlint-21", "commitizen", "conventional-pre-commit"])
def test_every_disagreement_with_a_peer_is_explained_by_a_clause(peer: str) -> None:
    for row in ROWS:
        verdict = row["peers"][peer]
        valid = verdict["valid"] if isinstance(verdict, dict) else verdict
        assert ("clause" in row["why"].get(peer, "")) == (valid != row["spec"]), row


def test_a_message_is_taken_apart() -> None:
    text = (
        "feat(api)!: add\n\nWhy.\n\nMore.\n\nBREAKING CHANGE: a\nb\n\nc\nRefs #12\nReviewed-by: Z\n"
    )
    assert check(text, SPEC).as_dict() == {
        "valid": True,
        "errors": [],
        "parsed": {
            "type": "feat",
            "scope": "api",
            "breaking": True,
            "description": "add",
            "body": "Why.\n\nMore.",
            "footers": [
                {"token": "BREAKING CHANGE", "separator": ": ", "value": "a\nb\n\nc"},
                {"token": "Refs", "separator": " #", "value": "12"},
                {"token": "Reviewed-by", "separator": ": ", "value": "Z"},
            ],
        },
    }


def test_an_error_has_rule_line_column_and_message() -> None:
    answer = check("feat(a): x\nglued\n", SPEC).as_dict()
    assert answer["parsed"] is not None
    (error,) = answer["errors"]  # type: ignore[misc]
    assert list(error) == ["rule", "line", "column", "message"]
    assert (error["rule"], error["line"], error["column"]) == ("body-leading-blank", 2, 1)
    assert "clause 6" in error["message"]


@pytest.mark.parametrize(
    ("message", "rule", "line", "column"),
    [
        ("feat:x", "colon-space", 1, 6),
        ("feat(a)b: x", "colon-space", 1, 8),
        ("feat : x", "type-form", 1, 5),
        ("feat(): x", "scope-empty", 1, 5),
        ("feat(a)(b): x", "scope-form", 1, 8),
        ("feat((a)): x", "scope-form", 1, 6),
        ("feat(a: x", "scope-form", 1, 5),
        ("feat!!: x", "bang-position", 1, 6),
        ("feat: ", "subject-empty", 1, 6),
        ("feat:", "subject-empty", 1, 6),
        ("\n\nx\ny", "type-empty", 3, 1),
        ("", "message-empty", 1, 1),
    ],
)
def test_a_fault_is_named_where_it_stands(message: str, rule: str, line: int, column: int) -> None:
    fault = check(message, SPEC).faults[0]
    assert (fault.rule, fault.line, fault.column) == (rule, line, column)


def test_what_commitlint_ignores_has_no_parts_and_is_valid() -> None:
    verdict = check("Merge branch 'x'", COMMITLINT)
    assert verdict.as_dict() == {"valid": True, "errors": [], "parsed": None}
    assert verdict.exempt


def test_the_defaults_of_the_policy_ask_no_more_than_the_spec() -> None:
    chosen = CommitChecks().model_dump()
    for row in ROWS:
        assert (not check(row["message"], chosen).faults) == row["spec"]


def test_the_commitlint_preset_of_the_policy_is_commitlint() -> None:
    chosen = CommitChecks(preset="commitlint").model_dump()
    for row in ROWS:
        assert rules(check(row["message"], chosen)) == row["peers"]["commitlint-21"]["rules"]


WORDS = [
    "feat",
    "fix",
    "x",
    "Refs",
    "-by",
    "BREAKING CHANGE",
    "Merge ",
    "branch ",
    " into ",
    "fixup! ",
    "gpg:",
    "1.2.3",
]
MARKS = ["(", ")", "!", ":", " ", ": ", "\n", "\r\n", "\n\n", "#", "# ", "1.2.3", "[skip ci]"]
ODD = ["\u2028", "\ufeff", "ä", "🦊", "\x1b", "\udc80"]
PIECES = st.sampled_from(WORDS + MARKS + ODD)
MESSAGES = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    MESSAGES,
    st.sampled_from(
        [SPEC, COMMITLINT, {"preset": "spec", "scope": "required", "header_max_length": 5}]
    ),
)
def test_any_text_gets_a_verdict_whose_places_are_in_it(text: str, chosen: dict[str, Any]) -> None:
    verdict = check(text, chosen)
    lines = text.split("\n")
    for fault in verdict.faults + verdict.warnings:
        assert 1 <= fault.line <= len(lines)
        assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1
    json.dumps(verdict.as_dict())


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=80),
    st.sampled_from(["strip", "whitespace", "scissors", "verbatim"]),
    st.booleans(),
)
def test_any_bytes_get_a_verdict(raw: bytes, mode: str, verbose: bool) -> None:
    stored = clean(raw, mode, b"#", verbose)
    text, _ = decode(stored, "utf-8")
    numbers = line_numbers(raw, stored, len(raw))
    for fault in check(text, SPEC).faults:
        assert fault.line <= max(len(numbers), 1)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(MESSAGES)
def test_a_message_that_passes_still_passes_after_gits_clean_up(text: str) -> None:
    if not check(text, SPEC).faults:
        stored = clean(text.encode("utf-8", "surrogateescape"), "whitespace", b"#", False)
        assert not check(decode(stored, "utf-8")[0], SPEC).faults


@pytest.mark.parametrize("text", ["feat: x\n \nRefs: #1\n", "feat: x\n\n\t\nRefs: #1\n"])
def test_lines_of_blanks_are_no_body(text: str) -> None:
    parsed = check(text, SPEC).parsed
    assert parsed is not None
    assert parsed["body"] is None
    assert parsed["footers"] == [{"token": "Refs", "separator": ": ", "value": "#1"}]


@pytest.mark.parametrize("text", [" ", "\n", "\t\r\n", "\ufeff", "\u00a0\n"])
def test_blanks_alone_are_refused_in_both_presets(text: str) -> None:
    assert check(text, SPEC).faults
    assert rules(check(text, COMMITLINT)) == ["subject-empty", "type-empty"]


def test_columns_count_characters_where_commitlints_lengths_count_utf_16() -> None:
    (fault,) = check("feat: " + "🦊" * 60, COMMITLINT).faults
    assert (fault.rule, fault.column) == ("header-max-length", 54)

"""Near-misses warn: a breaking change that no parser sees is a wrong release."""

from __future__ import annotations

import pytest

from tierwise.commits.message import check
from tierwise.commits.near import TRAILERS


def warnings(message: str) -> list[tuple[str, int, int]]:
    return [
        (fault.rule, fault.line, fault.column)
        for fault in check(message, {"preset": "spec"}).warnings
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("breaking change: y", "not in capitals"),
        ("Breaking Change: y", "not in capitals"),
        ("breaking-change: y", "not in capitals"),
        ("BREAKING CHANGE y", "not followed by a colon"),
        ("BREAKING CHANGE", "not followed by a colon"),
        ("BREAKING CHANGE #12", "not followed by a colon"),
        ("BREAKING CHANGE:y", "no space after its colon"),
        ("BREAKING CHANGE:", "description on another line"),
        ("BREAKING CHANGES: y", "plural"),
        ("**BREAKING CHANGE**: y", "marks around"),
        ("**BREAKING CHANGE:** y", "marks around"),
        ("* BREAKING CHANGE: y", "marks around"),
        ("BREAKING_CHANGE: y", "underscore"),
    ],
)
def test_what_was_meant_as_a_breaking_change_and_is_none(line: str, why: str) -> None:
    verdict = check(f"feat: x\n\n{line}\n", {"preset": "spec"})
    assert verdict.faults == []
    assert verdict.parsed is not None
    assert verdict.parsed["breaking"] is False
    (warning,) = verdict.warnings
    assert (warning.rule, warning.line) == ("breaking-change", 3)
    assert why in warning.message


def test_a_breaking_change_in_the_middle_of_a_paragraph_is_no_footer() -> None:
    verdict = check("feat: x\n\nbody\nBREAKING CHANGE: y", {"preset": "spec"})
    assert verdict.parsed is not None
    assert verdict.parsed["breaking"] is False
    assert [(fault.rule, fault.line, fault.clause) for fault in verdict.warnings] == [
        ("breaking-change", 4, 8)
    ]


@pytest.mark.parametrize(
    "message",
    [
        "feat: x\n\nBREAKING CHANGE: y",
        "feat: x\n\nBREAKING-CHANGE: y",
        "feat: x\n\nRefs: #1\nBREAKING CHANGE: y",
        "feat: x\n\nBreaking changes in the parser are not part of this.",
        "feat: x\n\nthis is no breaking change: it only adds",
        "feat: x\n\nbody\n\nSigned-off-by: A <a@b.invalid>\nRefs: #1",
        "feat: x\n\nAs he said: nothing is written by hand: all is generated",
    ],
)
def test_what_is_right_or_is_prose_does_not_warn(message: str) -> None:
    assert warnings(message) == []


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("feat: x\n\nbody\nSigned-off-by: A <a@b.invalid>", ("footer-leading-blank", 4, 1)),
        ("feat: x\n\nbody\nRefs: #1", ("footer-leading-blank", 4, 1)),
        ("feat: x\n\nbody\n\nAcked by: Y", ("footer-token", 5, 1)),
        ("feat:  x", ("description-space", 1, 7)),
        ("feat: x\n\n<<<<<<< HEAD\nours", ("conflict-marker", 3, 1)),
        ("feat: x\n\nabove\n---\nbelow", ("mail-cut", 4, 1)),
        ("feat: a\x1b[31mb", ("control-character", 1, 8)),
        ("feat: a\u202eb", ("control-character", 1, 8)),
    ],
)
def test_other_near_misses_are_named_where_they_stand(
    message: str, expected: tuple[str, int, int]
) -> None:
    assert warnings(message) == [expected]


@pytest.mark.parametrize("token", [*TRAILERS, "acked-by"])
def test_every_trailer_that_is_glued_to_the_body_is_named(token: str) -> None:
    assert warnings(f"feat: x\n\nbody\n{token.capitalize()}: y") == [("footer-leading-blank", 4, 1)]


def test_dependabots_metadata_is_no_warning_and_a_plain_line_of_dashes_is_one() -> None:
    metadata = "---\nupdated-dependencies:\n- dependency-name: x\n  update-type: version-update:semver-minor\n...\n"
    text = f"build(deps): bump x from 1 to 2\n\nBumps x.\n\n{metadata}\nSigned-off-by: d[bot] <s@example.org>"
    assert [fault.rule for fault in check(text, {"preset": "spec"}).warnings] == []
    text = "build(deps): bump x\n\n---\nanything else"
    assert [fault.rule for fault in check(text, {"preset": "spec"}).warnings] == ["mail-cut"]

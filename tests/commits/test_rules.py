"""Types, scopes, lengths and case on top of a preset."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.commits.message import check

LONG = "y" * 80


@pytest.mark.parametrize(
    ("settings", "good", "bad", "rule"),
    [
        ({"types": ["feat", "wip"]}, "WIP: x", "fix: x", "type-enum"),
        ({"scopes": ["api", "ui"]}, "feat(api/ui): x", "feat(api,db): x", "scope-enum"),
        ({"scopes": ["api"]}, "feat: x", "feat(API): x", "scope-enum"),
        ({"scope": "required"}, "feat(a): x", "feat: x", "scope-empty"),
        ({"scope": "forbidden"}, "feat: x", "feat(a): x", "scope-empty"),
        ({"header_max_length": 10}, "feat: abcd", "feat: abcde", "header-max-length"),
        (
            {"body_max_line_length": 20},
            "feat: x\n\nhttps://" + LONG,
            "feat: x\n\n" + LONG,
            "body-max-line-length",
        ),
        (
            {"body_max_line_length": 20},
            "feat: x\n\nRefs: " + LONG,
            "feat: x\n\n" + LONG,
            "body-max-line-length",
        ),
        (
            {"footer_max_line_length": 20},
            "feat: x\n\n" + LONG,
            "feat: x\n\nRefs: " + LONG,
            "footer-max-line-length",
        ),
        ({"type_case": "lower"}, "feat: x", "Feat: x", "type-case"),
        ({"type_case": "upper"}, "FEAT: x", "Feat: x", "type-case"),
        ({"scope_case": "lower"}, "feat(a): x", "feat(A): x", "scope-case"),
        ({"description_case": "lower"}, "feat: `X` y", "feat: Xy", "subject-case"),
        ({"description_case": "sentence"}, "feat: Ärger", "feat: ärger", "subject-case"),
        ({"full_stop": False}, "feat: x...", "feat: x.", "subject-full-stop"),
    ],
)
def test_a_setting_on_top_of_the_spec(
    settings: dict[str, Any], good: str, bad: str, rule: str
) -> None:
    chosen = {"preset": "spec", **settings}
    assert check(good, chosen).faults == []
    assert [fault.rule for fault in check(bad, chosen).faults] == [rule]
    assert check(bad, {"preset": "spec"}).faults == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"types": []}, "wip: x"),
        ({"types": ["wip"]}, "wip: x"),
        ({"header_max_length": 0}, "feat: " + LONG + LONG),
        ({"body_max_line_length": 0}, "feat: x\n\n" + LONG + LONG),
        ({"footer_max_line_length": 200}, "feat: x\n\nRefs: " + LONG + LONG),
        ({"type_case": "any", "types": []}, "Feat: x"),
        ({"description_case": "any"}, "feat: Xy"),
        ({"full_stop": True}, "feat: x."),
    ],
)
def test_a_setting_takes_the_place_of_commitlints_value(
    settings: dict[str, Any], message: str
) -> None:
    assert check(message, {"preset": "commitlint"}).faults
    assert check(message, {"preset": "commitlint", **settings}).faults == []


def test_the_column_is_that_of_what_is_wrong() -> None:
    chosen = {"preset": "spec", "scopes": ["api"], "description_case": "lower", "full_stop": False}
    faults = check("feat(api,db)!: Do it.", chosen).faults
    assert [(fault.rule, fault.column) for fault in faults] == [
        ("scope-enum", 10),
        ("subject-case", 16),
        ("subject-full-stop", 21),
    ]

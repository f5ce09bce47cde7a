"""What a change of the policy does to each kind of work."""

from __future__ import annotations

from typing import Any

from tierwise.ci.annotation import Annotation
from tierwise.ci.policy_change import compare_policies
from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy


def compare(before: str, after: str) -> list[Annotation]:
    tables = [
        compile_table(parse_policy(f"version: 1\n{text}".encode())) for text in (before, after)
    ]

    def route(table: dict[str, Any], kind: str) -> str:
        return str((table["routes"].get(kind) or {"tier": table["default"]})["tier"])

    old, new = tables
    return list(
        compare_policies(old, new, lambda kind: route(old, kind), lambda kind: route(new, kind))
    )


def test_nothing_is_said_of_what_stays() -> None:
    assert compare("", "# a comment\n") == []


def test_down_is_a_warning_at_its_line_and_up_a_note() -> None:
    found = compare("", "routes:\n  debugging: light\n  docs: mid\n")
    assert {(one.level, one.line) for one in found} == {("warning", 3), ("note", 4)}
    (down,) = [one for one in found if one.level == "warning"]
    assert down.message == "debugging goes from frontier (opus, high) to light (haiku, medium)"


def test_another_model_of_a_tier_concerns_all_kinds_on_it() -> None:
    found = compare("", "tiers: {frontier: {model: fable}}\n")
    assert len(found) > 5 and {one.level for one in found} == {"note"}


def test_a_ladder_with_other_names_is_compared_too() -> None:
    other = "extends: none\ntiers: {small: {model: haiku}}\ndefault: small\n"
    assert any("to small (haiku, default effort)" in one.message for one in compare("", other))

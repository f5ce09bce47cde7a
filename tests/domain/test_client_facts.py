"""What a version of Claude Code means for routing."""

from __future__ import annotations

import pytest

from tierwise.domain import client_facts

FORCED = {"CLAUDE_CODE_SUBAGENT_MODEL": "opus"}


@pytest.mark.parametrize(
    ("version", "numbers"), [("2.1.329", (2, 1, 329)), ("2.1.329-beta.1", (2, 1, 329)), ("x", ())]
)
def test_a_version_is_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert client_facts.parse_version(version) == numbers


def test_versions_compare_as_numbers_and_an_unknown_one_is_new() -> None:
    assert client_facts.at_least("2.10.0", "2.9.9")
    assert not client_facts.at_least("2.1.99", "2.1.100")
    assert client_facts.at_least("", "2.1.100")


def test_the_facts_are_in_the_order_of_their_versions() -> None:
    versions = [client_facts.parse_version(since) for since, _ in client_facts.FACTS]
    assert versions == sorted(versions)
    newest = client_facts.parse_version(client_facts.NEWEST)
    assert all(version <= newest for version in versions)


def test_a_current_client_does_as_the_policy_says() -> None:
    assert client_facts.find_differences(client_facts.NEWEST, FORCED) == []


def test_an_old_client_differs_by_variable_and_effort() -> None:
    forced, effort = client_facts.find_differences(client_facts.OLDEST, FORCED)
    assert "CLAUDE_CODE_SUBAGENT_MODEL=opus" in forced
    assert "ignores the effort" in effort
    assert client_facts.find_differences(client_facts.OLDEST, {}) == [effort]

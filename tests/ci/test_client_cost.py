"""What Claude Code's own output says that it cost."""

from __future__ import annotations

import json

import pytest

from tierwise.ci.client_cost import read_client_cost

RESULT = {"type": "result", "session_id": "a", "total_cost_usd": 0.25}


def test_a_result_a_list_of_messages_and_lines_tell_the_same() -> None:
    """As ``--output-format json`` prints it, Anthropic's action keeps it, and ``stream-json`` prints it."""
    messages = [{"type": "system"}, RESULT]
    lines = "\n".join(json.dumps(message) for message in messages)
    for text in (json.dumps(RESULT), json.dumps(messages), lines):
        assert read_client_cost(text) == 0.25


def test_a_sessions_later_result_holds_the_earlier_ones_cost() -> None:
    later = {**RESULT, "total_cost_usd": 0.5}
    other = {**RESULT, "session_id": "b", "total_cost_usd": 1.0}
    assert read_client_cost(json.dumps([RESULT, later, other])) == 1.5


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Killed",
        "[]",
        "7",
        json.dumps([{"type": "system"}]),
        json.dumps({"type": "result"}),
        json.dumps({**RESULT, "total_cost_usd": -1}),
        json.dumps({**RESULT, "total_cost_usd": 10**400}),
        json.dumps([RESULT, {"type": "result", "session_id": "b"}]),
        "[" * 100_000,
    ],
)
def test_what_tells_no_cost_is_not_zero(text: str) -> None:
    assert read_client_cost(text) is None

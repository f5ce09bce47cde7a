"""ROUTING.md, which explains the policy to people."""

from __future__ import annotations

from tierwise.policy.compile import compile_table
from tierwise.policy.load import parse_policy
from tierwise.targets.routing_md import routing_md


def test_no_name_breaks_a_row_of_a_table() -> None:
    text = 'kinds: {"a|b\\nc": {words: [x]}}\nroutes: {"a|b\\nc": light}\n'
    shown = routing_md(compile_table(parse_policy(text.encode())))
    assert "| a\\|b\\u000ac | this project's own |" in shown

"""Why the client passes over an agent's file, in words of its own for each cause."""

from __future__ import annotations

import pytest

from tierwise.targets.client_rules import refusal_reason

AGENT = "---\nname: a\ndescription: d\n---\nhi\n"
MERGED = "---\nbase: &base {name: a, description: d}\n<<: *base\n---\nhi\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_said_to_be_one(encoding: str) -> None:
    assert refusal_reason(AGENT.encode(encoding)) == "it is UTF-16; save it as UTF-8"


@pytest.mark.parametrize("text", [AGENT, MERGED])
def test_merge_keys_are_taken_as_the_client_takes_them(text: str) -> None:
    assert refusal_reason(text.encode()) == ""

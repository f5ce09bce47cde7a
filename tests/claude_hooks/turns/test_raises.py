"""A main conversation that goes in circles: a file back to an earlier content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.hook import ask, event
from tests.support.session_turns import OPUS, begin, look, set_routing


@pytest.fixture
def root(repository: Path) -> Path:
    set_routing(repository, "on")
    return repository


def edit(root: Path, content: str, **more: Any) -> dict[str, Any]:
    """An edit of the main conversation's, as the client tells the hook on the tool."""
    path = root / "app.py"
    before = path.read_text() if path.exists() else None
    path.write_text(content)
    told = {"file_path": str(path)}
    reply = {"originalFile": before}
    return ask(
        event("PostToolUse", root, tool_name="Write", tool_input=told, tool_response=reply, **more)
    )


def test_a_file_that_is_back_to_an_earlier_content_raises_one_tier_once(root: Path) -> None:
    edits_of_it = [{"name": "Write", "target": str(root / "app.py")}] * 3
    begin(root)
    for content in ("one\n", "two\n", "three\n"):
        assert edit(root, content) == {}
    assert look(root, edits_of_it) == {}
    assert edit(root, "two\n") == {}
    raised = look(root, edits_of_it)
    assert (raised["model"], "app.py is back" in raised["line"]) == (OPUS, True)
    assert look(root, edits_of_it) == {}


def test_what_was_taken_back_once_or_in_an_earlier_turn_raises_nothing(root: Path) -> None:
    begin(root)
    for content in ("one\n", "two\n", "one\n"):
        edit(root, content)
    assert look(root, [{"name": "Write", "target": str(root / "app.py")}] * 2) == {}
    begin(root, number=2)
    edit(root, "three\n")
    assert look(root, [{"name": "Write", "target": str(root / "app.py")}] * 3, number=2) == {}


def test_an_agents_circles_are_none_of_the_main_conversations(root: Path) -> None:
    begin(root)
    for content in ("one\n", "two\n", "three\n", "two\n"):
        edit(root, content, agent_id="a1")
    assert look(root, [{"name": "Write", "target": str(root / "app.py")}] * 3) == {}

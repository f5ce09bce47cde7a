"""Attempts of the real client that run in circles are ended, and the next tier is told what they learned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.cascade import (
    BROKEN,
    MENDED,
    TASK,
    by_model,
    make_project,
    run,
    worktree_of,
    writing,
)
from tests.support.stand_in import Loopback
from tests.support.turns import bash, read, write

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, say, use

pytestmark = pytest.mark.client

_MOST_TURNS = 8
_WRONG = "def add(a, b):\n    return a * b\n"


def failing_again_and_again(request: Request) -> ScriptedTurn:
    """A model that runs the same failing command, whatever it says."""
    if request.turn >= _MOST_TURNS:
        return say("I give up.")
    return use(bash("echo the clue is 42; exit 1"))


def going_back_and_forth(request: Request) -> ScriptedTurn:
    """A model that writes one content, then the other, and the first again."""
    path = worktree_of(request) / "app.py"
    if request.turn == 0:
        return use(read(path))
    if request.turn >= _MOST_TURNS:
        return say("I give up.")
    content = BROKEN
    if request.turn % 2:
        content = _WRONG
    return use(write(path, content))


@pytest.mark.parametrize(
    ("script", "why", "learned"),
    [
        (failing_again_and_again, "the same command failed 3 times", "the clue is 42"),
        (going_back_and_forth, "came back to an earlier content 2 times", "app.py"),
    ],
)
def test_a_model_in_circles_is_left_and_the_next_is_told(
    script: Callable[[Request], ScriptedTurn],
    why: str,
    learned: str,
    tmp_path: Path,
    home: Path,
    api: Loopback,
    newest_client: Client,
) -> None:
    client = f"{newest_client.path}, allowed_tools: [Bash]"
    project = make_project(tmp_path / "project", client)
    api.main = by_model(haiku=script, sonnet=writing(MENDED))

    ended = run(TASK, "--from", "light", cwd=project, home=home, url=api.url)

    first, *_, last = ended.record["attempts"]
    assert first["stop"] == "stalled", ended.progress
    assert why in first["detail"]
    turns = [request.turn for request in api.requests if "haiku" in request.model]
    assert max(turns) < _MOST_TURNS
    assert last["tier"] == "mid" and last["accepted"]
    told = next(request for request in api.requests if "sonnet" in request.model)
    assert learned in told.text

"""What `replay` predicts of an unrouted conversation is what the same conversation costs when it is routed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.stand_in import Loopback
from tests.support.turns import bash

from tierwise.verify.client import Client
from tierwise.verify.stand_in import Request
from tierwise.verify.turns import ScriptedTurn, ScriptedUsage, ToolCall, say, use

pytestmark = [pytest.mark.client, pytest.mark.slow]

POLICY = "version: 1\nextends: balanced\nsession: {routing: on}\n"
BEGINNING = 30_000
GROWTH = 1_500
COMMIT = "git -c user.name=x -c user.email=x@example.com commit --allow-empty -qm 'feat: x'"
PATIENT = {"TIERWISE_DEADLINE_MS": "10000"}
"""A busy machine that runs tests is slower than the 300 ms that a person's would be given."""


class CachingApi:
    """Answers with a script, and with the usage of an API whose caches belong to one model each."""

    def __init__(self) -> None:
        self._context = BEGINNING
        self._held: dict[str, int] = {}
        self._left: Iterator[ScriptedTurn] = iter(())

    def begin_turn(self, answers: Sequence[ScriptedTurn]) -> None:
        """Take the answers of the next turn; after the last one it is "Done."."""
        self._left = iter(answers)

    def answer(self, request: Request) -> ScriptedTurn:
        """Answer one request: what its model's cache does not hold yet is written."""
        self._context += GROWTH
        read = self._held.get(request.model, 0)
        self._held[request.model] = self._context
        written = self._context - read
        usage = ScriptedUsage(input=10, output=400, cache_read=read, cache_write_5m=written)
        return next(self._left, say("Done.")).but(usage=usage)


@pytest.fixture
def project(repository: Path) -> Path:
    (repository / "tierwise.yaml").write_text(POLICY)
    assert tierwise(repository, "sync").returncode == 0
    return repository


def runs(command: str) -> ScriptedTurn:
    """An answer that runs a shell command."""
    return use(bash(command))


def list_turns(project: Path) -> list[tuple[str, list[ScriptedTurn]]]:
    """Fifteen turns that go up, down and to the cheapest tier; two fail."""

    def writes(first: int, count: int) -> ScriptedTurn:
        paths = [str(project / f"m{number}.py") for number in range(first, first + count)]
        return use(
            *(ToolCall("Write", {"file_path": path, "content": "x = 1\n"}) for path in paths)
        )

    return [
        ("Add a helper to the parser", [writes(0, 1)]),
        ("Add a flag to the command", [writes(1, 2)]),
        ("Commit it", [runs(COMMIT)]),
        ("Add a button to each page", [writes(3, 3), writes(6, 3), runs("ls")]),
        ("Add one more button", [writes(9, 1)]),
        ("Commit it", [runs(COMMIT)]),
        ("Plan the architecture of the cache", [runs("ls"), runs("ls -la")]),
        ("Add a label", [runs("exit 3"), writes(10, 1)]),
        ("[tier: light] Say hello", []),
        ("Rename the helper in a.py, b.py, c.py, d.py, e.py and f.py", [writes(11, 1)]),
        ("Push it", [runs("git status")]),
        ("Add a test for the label", [writes(12, 2)]),
        ("Add a flag to the page", [*[runs("exit 3")] * 3, writes(14, 1)]),
        ("Commit it", [runs(COMMIT)]),
        ("It still fails with the same error again", [writes(14, 2)]),
    ]


def converse(
    client: Client, api: Loopback, project: Path, home: Path, *options: str
) -> tuple[float, list[str]]:
    """Hold the conversation; what the client says it cost, and the models of its requests."""
    caching = CachingApi()
    api.main = caching.answer
    api.forget()
    tools = ("--model", "opus", "--allowedTools", "Bash,Write")
    result: dict[str, object] = {}
    with client.session(
        *options, *tools, cwd=project, home=home, url=api.url, env=PATIENT
    ) as session:
        for prompt, answers in list_turns(project):
            caching.begin_turn(answers)
            result = session.ask(prompt)
    cost = result["total_cost_usd"]
    assert isinstance(cost, float)
    return cost, [request.model for request in api.of_main()]


def test_a_replay_predicts_the_wire_within_two_percent(
    newest_client: Client, api: Loopback, checkout: Path, project: Path, home: Path, tmp_path: Path
) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(project, plain)
    shutil.rmtree(plain / ".claude")
    as_it_was, asked = converse(newest_client, api, plain, home)
    assert set(asked) == {"claude-opus-5-5"}
    folder = str(home / ".claude")
    done = tierwise(project, "replay", "--json", "--no-store", "--root", folder)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["recorded_usd"] == pytest.approx(as_it_was, abs=1e-6)

    routed, asked = converse(newest_client, api, project, home, "--plugin-dir", str(checkout))
    assert len(set(asked)) == 3
    assert routed < as_it_was
    assert document["plans"][0]["usd_low"] == pytest.approx(routed, rel=0.001)

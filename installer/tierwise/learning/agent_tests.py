"""Tests that an agent, or a turn, ran before and after its work, from its transcript: red to green tells a lot.

The client marks a shell command's result as an error where its exit code is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from tierwise.transcripts.blocks import Block, list_blocks, read_input, read_line
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import ToolUse

_TESTS = re.compile(
    r"(?:^|[;&(\n])\s*(?:\w+=\S+\s+)*"
    r"(?:(?:python[\d.]*\s+-m|uv\s+run|poetry\s+run|pipenv\s+run|bundle\s+exec|npx|time|timeout\s+\S+)\s+)*"
    r"(?:\S*/)?"
    r"(?:pytest|py\.test|unittest|nose2|tox|nox|jest|vitest|mocha|ava|rspec|phpunit|ctest|bats"
    r"|(?:npm|pnpm|yarn|bun|cargo|go|mix|dotnet|swift|flutter|dart|deno|zig|sbt|lein|rails|make|just|task|mvn"
    r"|mvnw|gradle|gradlew)\s+(?:run\s+|-\S+\s+)*test)(?![\w.-])"
)
"""A runner of tests where a command begins: `grep pytest` and `pip install pytest` run none."""

_PIPED = re.compile(r"\|(?!\|)|\|\|\s*true")
"""A pipe hides the exit code of what stands before it."""

_SHELL = "Bash"
_PREFIX = "agent-"
_ENDS = {True: "failed", False: "passed"}
"""How a run ended, by whether the client marked its result as an error."""


class _Input(msgspec.Struct, gc=False):
    command: str | None = None


_INPUT = msgspec.json.Decoder(_Input)


def read_test_runs(
    transcripts: Iterable[Transcript], rows: Iterable[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """Yield a row ``tests`` for each subagent of the ledger that ran tests.

    A transcript that has gone or may not be read tells nothing.
    """
    sessions = {str(row["agent_id"]): row for row in rows if row.get("agent_id")}
    for transcript in transcripts:
        agent = Path(transcript.path).stem.removeprefix(_PREFIX)
        if not transcript.is_agent or agent not in sessions:
            continue
        try:
            with open(transcript.path, "rb") as handle:
                runs = find_test_runs(handle)
        except OSError:
            continue
        if runs:
            session = sessions[agent].get("session_id")
            named = {"row": "tests", "agent_id": agent, "session_id": session}
            yield {**named, "before": runs[0], "after": runs[-1]}


def find_test_runs(lines: Iterable[bytes]) -> list[str]:
    """Return ``passed`` or ``failed`` for each run of tests in a transcript, the first one first."""
    asked: set[str] = set()
    found = []
    for data in lines:
        if b'"Bash"' not in data and b'"tool_result"' not in data:
            continue
        for block in list_blocks(read_line(data)):
            if block.name == _SHELL and _runs_tests(block):
                asked.add(block.id or "")
            elif block.type == "tool_result" and block.tool_use_id in asked:
                asked.discard(block.tool_use_id)
                found.append(_ENDS[bool(block.is_error)])
    return found


def find_turn_tests(tools: Iterable[ToolUse]) -> list[str]:
    """Return the same for the tools of a turn of the main conversation."""
    return [_ENDS[tool.failed] for tool in tools if tool.name == _SHELL and runs_tests(tool.target)]


def runs_tests(command: str) -> bool:
    """Return whether a shell command runs tests and shows how they ended."""
    return bool(_TESTS.search(command)) and not _PIPED.search(command)


def _runs_tests(block: Block) -> bool:
    call = read_input(block, _INPUT)
    return call is not None and runs_tests(call.command or "")

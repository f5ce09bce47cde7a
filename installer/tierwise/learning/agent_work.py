"""What an agent did, from its own transcript: the tests before and after its work, and the commits that it made.

The client marks a shell command's result as an error where its exit code is not 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tierwise.transcripts.blocks import (
    ContentBlock,
    list_blocks,
    read_input,
    read_line,
)
from tierwise.transcripts.roots import Transcript
from tierwise.transcripts.turns import ToolUse

_TESTS = re.compile(
    r"(?:^|[;&(\n])[ \t]*(?:\w+=\S+\s+)*"
    r"(?:(?:python[\d.]*\s+-m|uv\s+run|poetry\s+run|pipenv\s+run|bundle\s+exec|npx|time|timeout\s+\S+)\s+)*"
    r"(?:[^\s;&|(]*/)?"
    r"(?:pytest|py\.test|unittest|nose2|tox|nox|jest|vitest|mocha|ava|rspec|phpunit|ctest|bats"
    r"|(?:npm|pnpm|yarn|bun|cargo|go|mix|dotnet|swift|flutter|dart|deno|zig|sbt|lein|rails|make|just|task|mvn"
    r"|mvnw|gradle|gradlew)\s+(?:run\s+|-[^\s;&|]+\s+)*test)(?![\w.-])"
)
"""A runner of tests where a command begins: `grep pytest` and `pip install pytest` run none."""

_PIPED = re.compile(r"\|(?!\|)|\|\|\s*true")
"""A pipe hides the exit code of what stands before it."""

_COMMITS = re.compile(r"\bgit\b[^\n;&|]{0,500}\bcommit\b")
_COMMITTED = re.compile(rb"(?:\"|\\n)\[[^\[\]\n\"]{1,200} ([0-9a-f]{7,64})\] ")
"""What git prints of a commit that it made: ``[main 1a2b3c4] fix: …``."""

MADE = "made"
"""A row, made of a transcript, that names an agent's commits."""

_SHELL = "Bash"
_PREFIX = "agent-"
_ENDS = {True: "failed", False: "passed"}
"""How a run ended, by whether the client marked its result as an error."""


class _Input(msgspec.Struct, gc=False):
    command: str | None = None


_INPUT = msgspec.json.Decoder(_Input)


@dataclass
class AgentWork:
    """What an agent did that tells how it ended.

    ``tests``    ``passed`` or ``failed`` for each run of tests, the first one first
    ``commits``  the beginnings of the names of the commits that it made
    """

    tests: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)


def read_agent_work(
    transcripts: Iterable[Transcript], rows: Iterable[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """Yield a row ``tests`` for each subagent of the ledger that ran tests, and ``made`` for each that committed.

    A transcript that has gone or may not be read tells nothing.
    """
    sessions = {}
    for row in rows:
        if row.get("agent_id"):
            sessions[str(row["agent_id"])] = row.get("session_id")
    for transcript in transcripts:
        agent = Path(transcript.path).stem.removeprefix(_PREFIX)
        if not transcript.is_agent or agent not in sessions:
            continue
        try:
            with open(transcript.path, "rb") as handle:
                work = find_work(handle)
        except OSError:
            continue
        named = {"agent_id": agent, "session_id": sessions[agent]}
        if work.tests:
            ends = {"before": work.tests[0], "after": work.tests[-1]}
            yield {"row": "tests", **named, **ends}
        if work.commits:
            yield {
                "row": MADE,
                **named,
                "commits": work.commits,
            }


def find_work(lines: Iterable[bytes]) -> AgentWork:
    """Find the tests and the commits in the lines of a transcript."""
    work = AgentWork()
    commands: dict[str, str] = {}
    for data in lines:
        if b'"Bash"' not in data and b'"tool_result"' not in data:
            continue
        for block in list_blocks(read_line(data)):
            if block.name == _SHELL:
                commands[block.id or ""] = _read_command(block)
            elif block.type == "tool_result":
                command = commands.pop(
                    block.tool_use_id or "",
                    "",
                )
                _note_result(work, command, block, data)
    return work


def _note_result(
    work: AgentWork,
    command: str,
    block: ContentBlock,
    line: bytes,
) -> None:
    """Note what the result of a shell command tells; ``line`` is the transcript's that it stands in."""
    if runs_tests(command):
        end = _ENDS[bool(block.is_error)]
        work.tests.append(end)
    if not _COMMITS.search(command):
        return
    for found in _COMMITTED.findall(line):  # what git prints there needs no escape in JSON
        name = found.decode()
        if name not in work.commits:
            work.commits.append(name)


def find_turn_tests(tools: Iterable[ToolUse]) -> list[str]:
    """Return ``passed`` or ``failed`` for each run of tests in a turn of the main conversation."""
    shell = [tool for tool in tools if tool.name == _SHELL]
    return [_ENDS[tool.failed] for tool in shell if runs_tests(tool.target)]


def runs_tests(command: str) -> bool:
    """Return whether a shell command runs tests and shows how they ended."""
    return bool(_TESTS.search(command)) and not _PIPED.search(command)


def _read_command(block: ContentBlock) -> str:
    call = read_input(block, _INPUT)
    if call is None:
        return ""
    return call.command or ""

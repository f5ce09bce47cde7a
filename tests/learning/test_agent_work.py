"""Tests that an agent ran, told from its transcript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.learning.agent_work import find_work, read_agent_work
from tierwise.learning.outcomes import collect_outcomes
from tierwise.transcripts.roots import Transcript


def write_calls(*calls: tuple[str, bool]) -> list[bytes]:
    """Lines of a transcript in which these shell commands ran; True where one failed."""
    lines = []
    for number, (command, failed) in enumerate(calls):
        use = {
            "type": "tool_use",
            "id": f"t{number}",
            "name": "Bash",
            "input": {"command": command},
        }
        result = {"type": "tool_result", "tool_use_id": f"t{number}", "is_error": failed}
        lines.append(json.dumps({"type": "assistant", "message": {"content": [use]}}).encode())
        lines.append(json.dumps({"type": "user", "message": {"content": [result]}}).encode())
    return lines


@pytest.mark.parametrize(
    ("calls", "runs"),
    [
        (
            [("CI=1 uv run pytest -q", True), ("ls", False), ("python -m pytest -q", False)],
            ["failed", "passed"],
        ),
        ([("npm run test", False), ("cargo test --all", True)], ["passed", "failed"]),
        (
            [
                ("cat test.py", True),
                ("git add tests", False),
                ("grep pytest y", False),
                ("pip install pytest", False),
            ],
            [],
        ),
        ([("pytest -q | tail -3", False), ("make test || true", False)], []),
        ([("cd app && go test ./...", True)], ["failed"]),
    ],
)
def test_runs_of_tests_are_told_by_their_command(
    calls: list[tuple[str, bool]], runs: list[str]
) -> None:
    assert find_work(write_calls(*calls)).tests == runs


@pytest.mark.slow
@pytest.mark.parametrize("part", ["\n", "git ", ";npm -a", ";/"])
def test_a_command_of_any_shape_is_read_in_time_that_grows_with_it(part: str) -> None:
    with guard_against_hanging():
        assert find_work(write_calls((part * 50_000, True))).tests == []


@pytest.mark.parametrize(
    ("calls", "verdict"),
    [
        ([("pytest", True), ("pytest", False)], "success"),
        ([("pytest", False), ("pytest", True)], "failure"),
        ([("pytest", False)], "unknown"),
    ],
)
def test_from_red_to_green_is_success_and_green_alone_is_unknown(
    tmp_path: Path, calls: list[tuple[str, bool]], verdict: str
) -> None:
    path = tmp_path / "agent-a1.jsonl"
    path.write_bytes(b"\n".join(write_calls(*calls)))
    names = {"tool_use_id": "toolu", "session_id": "s", "time": "2026-01-01T00:00:00.000Z"}
    rows = [
        {"row": "decision", "tier": "light", "kind": "docs", **names},
        {"row": "start", "agent_id": "a1", **names},
    ]
    found = list(read_agent_work([Transcript(str(path), path.stat(), 0)], rows))
    (outcome,) = collect_outcomes([*rows, *found])
    assert outcome.verdict == verdict


@pytest.mark.parametrize(
    ("command", "printed", "commits"),
    [
        ("git add -A && git commit -m x", "[main 1a2b3c4] fix: x\n 1 file changed", ["1a2b3c4"]),
        ("git -C app commit -qm x", "", []),
        ("git commit -m x", "[detached HEAD 0a1b2c3d] x", ["0a1b2c3d"]),
        ("git commit -m x", "[main (root-commit) abcdef0] x", ["abcdef0"]),
        ("cat log", "[main 1a2b3c4] fix: x", []),
        ("git commit -m x", "[feature/a-b 1a2b3c4] [core 2b3c4d5] x", ["1a2b3c4"]),
    ],
)
def test_commits_are_told_by_what_git_printed(
    command: str, printed: str, commits: list[str]
) -> None:
    call, result = (json.loads(line) for line in write_calls((command, False)))
    result["message"]["content"][0]["content"] = printed
    lines = [json.dumps(call).encode(), json.dumps(result).encode()]
    assert find_work(lines).commits == commits

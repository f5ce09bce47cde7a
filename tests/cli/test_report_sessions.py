"""`report --by session`: the first words of a session only where the policy lets prompts be shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.measured import report_json, tierwise, write_calls
from tests.support.policies import write_policy
from tests.support.transcripts import Call
from tests.support.trust import trust

TYPED = "Fix the parser:\n  it drops the last line of every file that has no newline at its end"
SHOWN = "Fix the parser: it drops the last line of every file that h…"


def begin_session(root: Path, repository: Path, session: str = "s1") -> None:
    """Write a session of one typed line and one call in ``repository``."""
    path = root / "projects" / "-work-project" / f"{session}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    message = {"role": "user", "content": TYPED}
    line = {"type": "user", "sessionId": session, "message": message}
    path.write_text(json.dumps(line) + "\n")
    write_calls(root, Call(f"m-{session}", session, output=1000), project=str(repository))


@pytest.mark.parametrize("allowed", [True, False])
def test_first_words_are_shown_where_the_policy_records_prompts(
    repository: Path, tmp_path: Path, allowed: bool
) -> None:
    write_policy(repository, f"hooks: {{record_prompts: {str(allowed).lower()}}}")
    trust(repository)
    root = tmp_path / "claude"
    begin_session(root, repository)
    begin_session(root, tmp_path / "elsewhere", "s2")
    arguments = ["--root", str(root), "--by", "session"]
    rows = {row["key"]: row for row in report_json(repository, *arguments)["rows"]}
    assert rows["s1"]["first_words"] == (SHOWN if allowed else "")
    assert rows["s2"]["first_words"] == ""
    screen = tierwise(repository, "report", *arguments).stdout
    assert ("Fix the parser" in screen) is allowed
    kept = [path.read_text() for path in (tmp_path / "home-of-reports").rglob("*.json")]
    assert not any("Fix the parser" in text for text in kept)

"""What `tierwise run` shows while it works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.cascade import MENDED, TASK, make_project
from tests.support.cascade import tierwise_in_project as tierwise
from tests.support.json_api import JsonApi


@pytest.mark.slow
def test_progress_on_a_pipe_is_plain_lines(tmp_path: Path) -> None:
    answer = {
        "choices": [{"message": {"content": f"=== FILE: app.py\n{MENDED}=== END\n"}}],
        "usage": {},
    }
    with JsonApi(lambda call: answer) as server:
        tiers = f"extends: none\ndefault: local\ntiers:\n  local: {{model: q, provider: openai, base_url: {server.url}}}\n"
        project = make_project(tmp_path / "project", "claude", tiers)
        done = tierwise(project, "run", TASK, "--engine", "openai")
        listed = json.loads(tierwise(project, "runs", "--json").stdout)
        shown = tierwise(project, "runs", "last").stdout
        summary = json.loads(tierwise(project, "runs", "--summary", "--json").stdout)
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert "attempt 1 on local (q), $5.0000 left" in done.stderr.splitlines()
    assert any(line.startswith("gate tests: passed") for line in done.stderr.splitlines())
    assert done.stdout.startswith(
        "accepted on local after 1 attempt, $0.0000 of $5.00: branch tierwise/"
    )
    assert [(entry["stop"], entry["tier"]) for entry in listed] == [("accepted", "local")]
    assert "accepted on local" in shown and TASK in shown
    assert summary["total"]["accepted"] == 1

"""`tierwise check`: drift, and a review date that has passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.support.command_line import tierwise
from tests.support.policies import write_policy


@pytest.mark.slow
def test_drift_is_one_line_a_file_and_exit_code_one(installed: Path) -> None:
    (installed / ".claude/agents/explorer.md").unlink()
    write_policy(installed, "routes: {docs: mid}\n")
    done = tierwise(installed, "check")
    assert done.returncode == 1
    assert sorted(line.split()[1] for line in done.stdout.splitlines()) == [
        ".claude/agents/explorer.md",
        ".tierwise/table.json",
        "ROUTING.md",
    ]


@pytest.mark.slow
def test_the_quick_check_notices_every_kind_of_change(installed: Path) -> None:
    assert tierwise(installed, "check").returncode == 0
    assert (installed / ".tierwise/local/in-sync").exists()
    changes = {
        "ROUTING.md": (b"frontier", b"mid"),
        ".claude/settings.json": (b"hook", b"hoax"),
        ".claude/agents/planner.md": (b"model: opus", b"model: haiku"),
        "tierwise.yaml": (b"extends: balanced", b"extends: economy"),
    }
    for path, (old, new) in changes.items():
        kept = (installed / path).read_bytes()
        (installed / path).write_bytes(kept.replace(old, new))
        assert tierwise(installed, "check").returncode != 0, path
        (installed / path).write_bytes(kept)
        assert tierwise(installed, "check").returncode == 0, path


@pytest.mark.slow
def test_a_passed_review_date_is_a_warning(installed: Path) -> None:
    write_policy(installed, "review: 2020-01-01\n")
    tierwise(installed, "sync")
    for _ in range(2):  # the full check, then the quick one
        done = tierwise(installed, "check")
        assert done.returncode == 0
        assert "was to be reviewed by 2020-01-01; look at `tierwise learn`" in done.stderr


@pytest.mark.slow
def test_check_speaks_json(installed: Path) -> None:
    view = json.loads(tierwise(installed, "check", "--json").stdout)
    assert view["in_sync"] is True
    assert {file["status"] for file in view["files"]} == {"same"}

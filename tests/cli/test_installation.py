"""What `tierwise install` has put into a work tree is no change that a gate holds against anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.checkout import tierwise
from tests.support.repository import git


@pytest.mark.slow
def test_the_gates_pass_right_after_the_installation(used: Path) -> None:
    assert tierwise(used, "install").returncode == 0
    done = tierwise(used, "gate")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_gates_pass_where_the_machines_own_settings_are_tracked(used: Path) -> None:
    own = used / ".claude" / "settings.local.json"
    own.write_text('{"permissions": {"allow": ["Bash(ls:*)"]}}\n')
    git(used, "add", "-f", str(own))
    git(used, "commit", "-qm", "chore: settings")
    assert tierwise(used, "install").returncode == 0
    assert ".tierwise/hook" in own.read_text()
    done = tierwise(used, "gate")
    assert done.returncode == 0, done.stdout + done.stderr
    own.write_text(own.read_text().replace("Bash(ls:*)", "Bash(*)"))
    assert tierwise(used, "gate").returncode == 1  # that is a change of somebody else

"""Role files of tools that cannot be run here, held to what a linter of agents' files knows of their formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.policies import synced

LINTER = Path(sys.executable).parent / "agnix"
FOLDERS = {"cursor": ".cursor/agents", "copilot": ".github/agents"}
WRONG = b"---\nname: wrong\ndescription: d\nmodel: 5\n---\nLook.\n"
pytestmark = pytest.mark.skipif(not LINTER.exists(), reason="agnix is not installed")


def _list_faults(repository: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [LINTER, "--format", "json", "."],
        cwd=repository,
        env={"HOME": str(repository.parent), "PATH": os.defpath},
        capture_output=True,
        check=False,
    )
    found = json.loads(done.stdout)["diagnostics"]
    return [fault for fault in found if fault["level"] != "info"]


@pytest.mark.parametrize("target", FOLDERS)
def test_roles_are_without_fault_and_a_wrong_one_is_seen(target: str, repository: Path) -> None:
    synced(repository, f"targets: [{target}]\n")
    folder = repository / FOLDERS[target]
    roles = sorted(folder.iterdir())
    assert len(roles) >= 20
    assert _list_faults(repository) == []
    roles[0].write_bytes(WRONG)
    faults = _list_faults(repository)
    assert {Path(fault["file"]).name for fault in faults} == {roles[0].name}
    assert "model" in faults[0]["message"]

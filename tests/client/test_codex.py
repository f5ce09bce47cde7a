"""The real Codex client: the policy's model and effort in the request of a spawned agent."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.codex import CLIENT, spawn_one
from tests.support.policies import synced

from tierwise.domain.coding_tools import default_models

MODELS = default_models("codex")
KINDS = {"V1": ("gpt-5.5", "multi_agent_v1"), "V2": ("gpt-6-luna", "collaboration")}
REVIEW = {"agent_type": "security-reviewer", "task_name": "look"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CLIENT.exists(), reason="Codex 0.171.0 is not installed"),
    pytest.mark.skipif(shutil.which("node") is None, reason="Codex starts with node"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [{}, {"model": "gpt-6-luna", "reasoning_effort": "low"}])
def test_a_spawn_runs_on_the_policys_model_and_effort(
    repository: Path, tmp_path: Path, kind: str, named: dict[str, Any]
) -> None:
    synced(repository, "targets: [claude, codex]\n")
    path = os.pathsep.join(
        [os.path.dirname(sys.executable), os.path.dirname(shutil.which("node") or "")]
    )
    session = spawn_one(repository, tmp_path / "home", *KINDS[kind], {**REVIEW, **named}, path)
    assert session.spawned() == (MODELS["opus"], "high")


def test_a_role_runs_on_its_files_model_where_the_hook_is_off(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository, "targets: [codex]\nhooks: {mode: off}\n")
    assert not (repository / ".codex" / "hooks.json").exists()
    path = os.path.dirname(shutil.which("node") or "")
    call = {"agent_type": "explorer", "task_name": "look"}
    session = spawn_one(repository, tmp_path / "home", *KINDS["V1"], call, path)
    assert session.spawned() == (MODELS["haiku"], "medium")

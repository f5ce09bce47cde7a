"""The tools in the data file, as the policy and the check at a commit read them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tierwise.domain import coding_tools
from tierwise.domain.kinds import ALIASES


def test_claude_codes_files_come_first() -> None:
    assert coding_tools.list_targets()[0] == coding_tools.CLAUDE


def test_the_models_have_a_date_and_a_source() -> None:
    path = Path(coding_tools.__file__).with_name("targets.json")
    facts = json.loads(path.read_text("utf-8"))
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", facts["as_of"])
    assert all(tool["source"] for tool in facts["targets"].values() if tool["models"])


@pytest.mark.parametrize("target", coding_tools.list_targets())
def test_a_tool_has_a_name_and_models_of_known_families(target: str) -> None:
    assert coding_tools.label_of(target)
    assert set(coding_tools.default_models(target)) <= set(ALIASES)


def test_folders_of_roles_lie_in_the_repository() -> None:
    folders = coding_tools.role_folders()
    assert ".claude/agents" in folders
    assert not any(folder.startswith(("/", "..")) for folder in folders)

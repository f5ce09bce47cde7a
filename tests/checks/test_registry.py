"""The list of built-in checks, and what else repeats a part of it."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

from tierwise import bundle
from tierwise.checks.builtin import large_files
from tierwise.checks.registry import list_active, load_check
from tierwise.checks.settings import BUDGET
from tierwise.cli.group import command
from tierwise.domain.check_names import BUILTIN_CHECKS, STAGES
from tierwise.policy.checks import CheckCommand, Checks, Stage


def test_the_policy_knows_the_checks_their_stages_and_their_limits() -> None:
    schema = Checks.model_json_schema()["properties"]["builtin"]
    assert schema["propertyNames"]["enum"] == list(BUILTIN_CHECKS)
    with pytest.raises(ValueError, match="no built-in check is called that"):
        Checks.model_validate({"builtin": {"sintax": False}})
    assert get_args(Stage) == STAGES
    settings = Checks()
    assert settings.large_files.limit == large_files.LIMIT
    assert settings.budget == BUDGET
    assert CheckCommand(run="x").on == list(STAGES)


@pytest.mark.parametrize("name", BUILTIN_CHECKS)
def test_every_check_can_be_loaded_and_says_how_to_mend(name: str) -> None:
    check = load_check(name)
    assert check.name == name
    assert callable(check.find)
    assert check.fix
    assert check.meaning


def test_blanks_and_final_newlines_are_left_alone_unless_asked_for() -> None:
    names = {check.name for stage in STAGES for check in list_active({}, stage)}
    assert names == set(BUILTIN_CHECKS) - {"trailing-whitespace", "final-newline"}
    asked = {"final-newline": True, "syntax": False, "secrets": {"on": ["smoke"]}}
    before = {check.name for check in list_active(asked, "pre-commit")}
    assert "final-newline" in before
    assert not {"syntax", "secrets"} & before


@pytest.mark.parametrize(
    ("written", "size"), [("500 kB", 512_000), ("2MB", 2 << 20), (1000, 1000), ("1.5 GiB", 3 << 29)]
)
def test_a_size_is_written_with_its_unit(written: str | int, size: int) -> None:
    assert Checks.model_validate({"large_files": {"limit": written}}).large_files.limit == size


@pytest.mark.parametrize("written", ["huge", "-1 MB", 0, "5 parsecs"])
def test_a_size_that_is_none_is_refused(written: str | int) -> None:
    with pytest.raises(ValueError, match="limit"):
        Checks.model_validate({"large_files": {"limit": written}})


def test_every_command_of_the_shipped_workflow_exists() -> None:
    text = bundle.read_text("templates", "ci", "github.yml")
    assert yaml.safe_load(text)["jobs"]
    calls = re.findall(r"(?m)tierwise ([a-z-]+)((?: --[a-z]+)*)", text.partition("jobs:")[2])
    assert {name for name, _ in calls} == {"ci"}
    for name, options in calls:
        if name == "commit":
            continue  # the commit command has tests of its own
        shown = CliRunner().invoke(command, [name, "--help"])
        assert shown.exit_code == 0
        assert all(option in shown.output for option in options.split())

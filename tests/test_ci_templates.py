"""The templates for pipelines: valid by their hosts' own schemas, pinned, and calling commands that are there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise.cli.registry import COMMANDS

FOLDER = Path(__file__).parents[1] / "templates" / "ci"
GITHUB = ["github.yml", "github-backtest.yml", "github-claude.yml", "verify.yml"]
_ACTION = re.compile(r"uses: (\S+)@(\S+)(.*)")


def lint(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", GITHUB)
def test_a_workflow_is_valid_by_githubs_schema(name: str) -> None:
    lint("check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(FOLDER / name))


def test_no_workflow_has_a_hole_that_zizmor_knows() -> None:
    command = [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress"]
    paths = [str(FOLDER / name) for name in GITHUB]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_the_gitlab_pipeline_is_valid_by_gitlabs_schema() -> None:
    lint("check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(FOLDER / "gitlab.yml"))


def test_the_pre_commit_configuration_is_valid() -> None:
    lint("pre_commit", "validate-config", str(FOLDER / "pre-commit.yml"))


def test_the_shell_template_is_a_script_that_parses() -> None:
    script = FOLDER / "tierwise-ci.sh"
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(script)], check=True, timeout=20)


def test_every_action_is_pinned_by_commit_and_says_its_version() -> None:
    found = [match for name in GITHUB for match in _ACTION.finditer((FOLDER / name).read_text())]
    assert found
    for action, commit, rest in (match.groups() for match in found):
        assert re.fullmatch(r"[0-9a-f]{40}", commit), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), action


def test_every_command_of_a_template_exists() -> None:
    for path in FOLDER.iterdir():
        for line in path.read_text().splitlines():
            if not line.lstrip().startswith(("#", "name:")):
                named = re.findall(r"(?:^|[\s/])tierwise ([a-z-]+)", line)
                assert [name for name in named if name not in COMMANDS] == [], path.name

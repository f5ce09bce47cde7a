"""The templates for pipelines: valid by their hosts' own schemas, pinned, and calling commands that are there."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tierwise.cli.registry import COMMANDS

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "templates" / "ci"
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GITHUB = ["github.yml", "github-backtest.yml", "github-claude.yml", "verify.yml"]
_ACTION = re.compile(r"uses: (\S+)@(\S+)(.*)")


def lint(*command: str) -> None:
    judge(sys.executable, "-m", *command)


def judge(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def find_linter(name: str) -> Path:
    return Path(sys.executable).with_name(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", GITHUB)
def test_a_workflow_is_valid_by_githubs_schema(name: str) -> None:
    lint("check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(FOLDER / name))


def test_no_workflow_has_a_hole_that_zizmor_knows() -> None:
    paths = [FOLDER / name for name in GITHUB]
    judge(find_linter("zizmor"), "--offline", "--no-progress", *paths)


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform == "darwin" and platform.machine() != "arm64",
    reason="actionlint has no wheel for Macs with Intel's processor",
)
def test_actionlint_finds_nothing_in_workflows_nor_shellcheck_in_their_scripts() -> None:
    paths = [FOLDER / name for name in GITHUB] + OWN
    judge(find_linter("actionlint"), "-shellcheck", find_linter("shellcheck"), *paths)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gitlab.yml", "gitlab-claude.yml"])
def test_a_gitlab_pipeline_is_valid_by_gitlabs_schema(name: str) -> None:
    lint("check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(FOLDER / name))


@pytest.mark.slow
def test_the_pre_commit_configuration_is_valid() -> None:
    lint("pre_commit", "validate-config", str(FOLDER / "pre-commit.yml"))


def test_the_shell_template_is_a_script_that_parses() -> None:
    script = FOLDER / "tierwise-ci.sh"
    assert script.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(script)], check=True, timeout=120)
    judge(find_linter("shellcheck"), script)


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

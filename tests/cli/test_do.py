"""`tierwise do`: which command runs, where, and what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.policies import write_policy
from tests.support.trust import trust

from tierwise.cli import run

RUFF = "[tool.ruff]\nline-length = 100\n"


def write_trusted(project: Path, text: str) -> None:
    write_policy(project, text)
    trust(project)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "app"  # beside the state folder: a note inside the repository is refused
    (root / ".git").mkdir(parents=True)
    (root / "inner").mkdir()
    monkeypatch.chdir(root / "inner")
    return root


def test_the_policy_s_command_comes_first(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(RUFF)
    write_trusted(
        project, "automated: {lint: my-linter}\nchecks: {commands: {lint: {run: other}}}\n"
    )
    assert run(["do", "lint", "--dry-run"]) == 0
    assert capfd.readouterr().out == "my-linter\n"


def test_then_the_policy_s_check(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_trusted(project, "checks: {commands: {lint: {run: other}}}\n")
    assert run(["do", "lint", "--dry-run"]) == 0
    assert capfd.readouterr().out == "other\n"


@pytest.mark.parametrize("policy", ["", "automated: {lint: tierwise do lint}\n"])
def test_then_what_the_project_s_configuration_gives_away(
    project: Path, capfd: pytest.CaptureFixture[str], policy: str
) -> None:
    (project / "pyproject.toml").write_text(RUFF)
    write_trusted(project, policy)
    assert run(["do", "lint", "--dry-run"]) == 0
    assert run(["do", "format", "--dry-run"]) == 0
    assert capfd.readouterr().out == "ruff check .\nruff format .\n"


def test_it_runs_at_the_root_and_its_exit_code_is_the_command_s(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write_trusted(project, "automated: {build: 'pwd; exit 7'}\n")
    assert run(["do", "build"]) == 7
    assert capfd.readouterr().out.strip() == str(project.resolve())


def test_without_a_command_the_error_says_where_to_name_one(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["do", "types"]) == 2
    assert "under automated: types" in capsys.readouterr().err


def test_a_check_of_changed_files_is_no_command_for_the_whole_project(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check = "{lint: {run: 'other {files}', files: ['*.py']}}"
    write_trusted(project, f"checks: {{commands: {check}}}\n")
    assert run(["do", "lint"]) == 2
    assert "of the whole project" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["automated: {lint: touch x}", "checks: {commands: {lint: {run: touch x}}}"]
)
def test_a_command_that_is_not_trusted_is_named_and_not_started(
    text: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_policy(project, text)
    assert run(["do", "lint"]) == 2
    assert "tierwise trust" in capsys.readouterr().err
    assert not (project / "x").exists()

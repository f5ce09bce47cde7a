"""The recipes work as they stand: their code and their one registration, put into a copy of the project.

Nothing but what a page says is done: a file where it says, a name in the list that it names.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.support.repository import git, git_environment, make_repository

PROJECT = Path(__file__).parent.parent
NEEDED = ("agents", "bin", "commands", "docs", "hooks", "installer", "templates", "pyproject.toml")
POLICY = "tierwise.yaml"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a contributor has checked out."""
    copy = tmp_path_factory.mktemp("project")
    left_out = shutil.ignore_patterns("_bundle", "*.egg-info")
    for name in NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=left_out)
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of a user's, in which a file is changed."""
    root = make_repository(tmp_path / "repo", {"a.txt": "begun\n", POLICY: "version: 1\n"})
    (root / "a.txt").write_text("begun\n\t# TODO end it\n")
    return root


def _read_code(page: str, first_words: str) -> str:
    """The indented code on a page that begins with these words."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^(?: {8}.*)?\n)+", text, re.MULTILINE)
    (code,) = [
        textwrap.dedent(block).strip("\n") + "\n" for block in blocks if first_words in block
    ]
    return code


def _add_after(path: Path, line: str, added: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(line) == 1
    path.write_text(text.replace(line, line + added), encoding="utf-8")


def _run(project: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = {
        "PYTHONPATH": str(project / "installer"),
        "TIERWISE_TRUST": "1",
        "HOME": str(folder.parent),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=git_environment() | own,
        capture_output=True,
        text=True,
        check=False,
    )


def _tierwise(project: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(project, folder, "-m", "tierwise", *arguments)


@pytest.mark.slow
def test_the_gate_of_its_recipe_judges_a_change(project: Path, repository: Path) -> None:
    code = _read_code("add-a-gate.md", "The gate ``todo``")
    (project / "installer/tierwise/gates/builtin/todo.py").write_text(code)
    (repository / POLICY).write_text("version: 1\ngates: {use: [todo]}\n")
    refused = _tierwise(project, repository, "gate", "todo")
    assert refused.returncode == 1, refused.stderr
    assert "TODO in a.txt" in refused.stdout
    (repository / "a.txt").write_text("ended\n")
    assert _tierwise(project, repository, "gate").returncode == 0
    unknown = _tierwise(project, repository, "gate", "tod")
    assert "todo" in unknown.stderr


@pytest.mark.slow
def test_the_check_of_its_recipe_is_known_to_policy_and_schema(
    project: Path, repository: Path
) -> None:
    code = _read_code("add-a-check.md", "Tabs where a project wants none")
    (project / "installer/tierwise/checks/builtin/no_tabs.py").write_text(code)
    names = project / "installer/tierwise/domain/check_names.py"
    _add_after(names, '    "plan-files",\n', '    "no-tabs",\n')
    assert _run(project, project, "templates/regenerate.py").returncode == 0
    assert "no-tabs" in _tierwise(project, repository, "schema").stdout
    git(repository, "add", "a.txt")
    assert "a tab" not in _tierwise(project, repository, "preflight").stdout
    (repository / POLICY).write_text("version: 1\nchecks: {builtin: {no-tabs: on}}\n")
    found = _tierwise(project, repository, "preflight")
    assert found.returncode == 1
    assert "a.txt:2:1" in found.stdout + found.stderr
    assert "replace the tabs by blanks" in found.stdout + found.stderr


@pytest.mark.slow
def test_the_command_of_its_recipe_is_in_the_help(project: Path, repository: Path) -> None:
    code = _read_code("add-a-command.md", "``tierwise hello``")
    (project / "installer/tierwise/cli/commands/hello.py").write_text(code)
    registry = project / "installer/tierwise/cli/registry.py"
    _add_after(registry, '    "Keep in sync": {\n', '        "hello": ("hello", "Say hello."),\n')
    assert re.search(r"hello\s+Say hello\.", _tierwise(project, repository, "--help").stdout)
    assert json.loads(_tierwise(project, repository, "hello", "--json").stdout)["words"] == "hello"


def _follow_target_recipe(project: Path) -> None:
    """Put the recipe's tool into the copy: its data, its module, its registrations."""
    entry = _read_code("add-a-target.md", '"yourtool": {')
    _add_after(project / "installer/tierwise/domain/targets.json", ' "targets": {\n', entry)
    code = _read_code("add-a-target.md", '"""Your Tool')
    (project / "installer/tierwise/targets/yourtool.py").write_text(code)
    registry = project / "installer/tierwise/targets/registry.py"
    imported = "from tierwise.targets.yourtool import YOURTOOL\n"
    _add_after(registry, "from tierwise.targets.windsurf import WINDSURF\n", imported)
    _add_after(registry, "    WINDSURF,\n", "    YOURTOOL,\n")
    proofs = project / "installer/tierwise/verify/tools/registry.py"
    entry = '    "yourtool": "no run of its client is part of Tierwise",\n'
    _add_after(proofs, "UNPROVEN: Mapping[str, str] = {\n", entry)


@pytest.mark.slow
def test_the_target_of_its_recipe_is_known_to_all_that_asks_for_targets(
    project: Path, repository: Path
) -> None:
    _follow_target_recipe(project)
    for script in ("templates/regenerate.py", "docs/regenerate.py"):
        done = _run(project, project, script)
        assert done.returncode == 0, done.stderr
    assert "yourtool" in (project / "docs" / "policy.md").read_text()
    schema = json.loads(_tierwise(project, repository, "schema").stdout)
    assert "yourtool" in schema["properties"]["targets"]["items"]["enum"]

    own = repository / ".yourtool" / "agents" / "mine.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"---\r\n# ours\r\nname:   mine\r\ndescription: d  # odd\r\n---\r\nLook.\r\n")
    before = own.read_bytes()
    named = "agents: {mine: {tier: mid, effort: low}}"
    (repository / POLICY).write_text(f"version: 1\ntargets: [claude, yourtool]\n{named}\n")
    installed = _tierwise(project, repository, "install", "--yes")
    assert "Your Tool: A role's tools are not limited." in installed.stdout
    role = repository / ".yourtool" / "agents" / "explorer.md"
    assert "model: small-1\nthinking: medium\n" in role.read_text()
    assert b"model: middle-1\r\nthinking: low\r\n" in own.read_bytes()
    _check_commands(project, repository)
    role.unlink()
    assert ".yourtool/agents/explorer.md" in _tierwise(project, repository, "status").stdout
    checked = _tierwise(project, repository, "check")
    assert checked.returncode == 1
    assert ".yourtool/agents/explorer.md" in checked.stdout + checked.stderr
    _tierwise(project, repository, "uninstall")
    assert (role.exists(), own.read_bytes()) == (False, before)


def _check_commands(project: Path, repository: Path) -> None:
    """What other commands say of a tool whose files are in sync."""
    checked = _tierwise(project, repository, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "`yourtool` is not on PATH" in _tierwise(project, repository, "doctor").stdout
    assert "yourtool" in _tierwise(project, repository, "verify", "--help").stdout
    proof = _tierwise(project, repository, "verify", "--target", "yourtool")
    assert "Your Tool cannot be proven here" in proof.stderr


def test_a_recipes_file_is_all_that_is_new(project: Path) -> None:
    new = {
        path.relative_to(project).as_posix()
        for path in (project / "installer").rglob("*.py")
        if not (PROJECT / path.relative_to(project)).exists()
    }
    assert new <= {
        "installer/tierwise/gates/builtin/todo.py",
        "installer/tierwise/checks/builtin/no_tabs.py",
        "installer/tierwise/cli/commands/hello.py",
        "installer/tierwise/targets/yourtool.py",
    }

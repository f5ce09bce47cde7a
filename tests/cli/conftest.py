"""What commands find: a repository that Tierwise is installed in, and a project with a fault in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.cascade import make_project
from tests.support.command_line import tierwise
from tests.support.repository import git

PINNED = "---\nname: auditor\ndescription: Audits changes\nmodel: sonnet\n---\nAudit.\n"
FREE = "---\nname: helper\ndescription: Helps\n---\nHelp.\n"


@pytest.fixture
def installed(repository: Path) -> Path:
    done = tierwise(repository, "install")
    assert done.returncode == 0, done.stderr
    return repository


@pytest.fixture
def home_of_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for transcripts, beside a home and a current repository that hold nothing."""
    repository = tmp_path / "repository"
    repository.mkdir()
    home = str(tmp_path / "home-of-reports")
    for name, value in (("HOME", home), ("XDG_DATA_HOME", home), ("TZ", "UTC")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.chdir(repository)
    return tmp_path / "claude"


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A project with a fault; tests of the real client have it run there, the others none."""
    client = "no-such-client"
    if request.node.get_closest_marker("client"):
        client = request.getfixturevalue("newest_client").path
    return make_project(tmp_path / "project", client)


@pytest.fixture
def used(repository: Path) -> Path:
    """A repository with two agents of its own."""
    folder = repository / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "auditor.md").write_text(PINNED)
    (folder / "helper.md").write_text(FREE)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "feat: agents")
    return repository


@pytest.fixture
def tasked(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (repository / "tierwise.yaml").write_text("version: 1\nroutes: {docs: light}\n")
    (repository / "tasks.txt").write_text("".join(f"task {number}\n" for number in range(8)))
    (repository / "client" / "projects").mkdir(parents=True)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(repository / "client"))
    monkeypatch.chdir(repository)
    return repository

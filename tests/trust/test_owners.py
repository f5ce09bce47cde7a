"""What another user of the machine left behind is not obeyed; outside of git nothing above is looked at."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.support.hook import ask, compiled, event
from tests.support.policies import write_policy

from tierwise import repo
from tierwise.cli import run
from tierwise.errors import TierwiseError
from tierwise.trust import owners

OTHER = 12345
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "tierwise"
    folder.mkdir(parents=True, mode=0o700)
    return folder / "config.json"


def test_outside_of_git_no_folder_above_is_asked(tmp_path: Path) -> None:
    write_policy(tmp_path)
    (tmp_path / "below").mkdir()
    assert repo.find_root(str(tmp_path)) == str(tmp_path)
    assert repo.find_root(str(tmp_path / "below")) is None


def test_inside_of_git_the_policy_is_found_up_to_the_top(repository: Path) -> None:
    write_policy(repository.parent)
    (repository / "a" / "b").mkdir(parents=True)
    assert repo.find_root(str(repository / "a" / "b")) == str(repository)
    write_policy(repository / "a")
    assert repo.find_root(str(repository / "a" / "b")) == str(repository / "a")


@needs_root
@pytest.mark.parametrize("name", ["tierwise.yaml", ".tierwise"])
def test_a_policy_or_folder_of_another_user_is_ignored(
    name: str, repository: Path, config: Path
) -> None:
    compiled(repository, "routes: {docs: frontier}\n")
    os.chown(repository / name, OTHER, OTHER)
    assert repo.find_root(str(repository)) is None
    assert repo.find_foreign(str(repository)) == str(repository / name)
    with pytest.raises(TierwiseError, match="belongs to another user"):
        repo.require_root(str(repository))
    said = ask(event("SessionStart", repository, source="startup"))
    assert f"{name} belongs to another user and is ignored" in said["systemMessage"]


@needs_root
def test_a_link_to_another_users_policy_is_ignored(repository: Path, tmp_path: Path) -> None:
    write_policy(tmp_path)
    os.chown(tmp_path / "tierwise.yaml", OTHER, OTHER)
    (repository / "tierwise.yaml").symlink_to(tmp_path / "tierwise.yaml")
    assert repo.find_root(str(repository)) is None


@needs_root
def test_a_policy_of_another_user_further_down_does_not_hide_the_own_one(repository: Path) -> None:
    write_policy(repository)
    (repository / "below").mkdir()
    write_policy(repository / "below")
    os.chown(repository / "below" / "tierwise.yaml", OTHER, OTHER)
    assert repo.find_root(str(repository / "below")) == str(repository)


@needs_root
@pytest.mark.parametrize("listed", ["the folder", "*"])
def test_the_user_may_name_exceptions(listed: str, repository: Path, config: Path) -> None:
    write_policy(repository)
    os.chown(repository / "tierwise.yaml", OTHER, OTHER)
    names = [str(repository)] if listed == "the folder" else [listed]
    config.write_text(json.dumps({owners.KEY: names}))
    config.chmod(0o600)
    assert repo.find_root(str(repository)) == str(repository)
    config.chmod(0o666)
    assert repo.find_root(str(repository)) is None


@needs_root
def test_root_by_sudo_works_on_the_callers_files(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_policy(repository)
    os.chown(repository / "tierwise.yaml", OTHER, OTHER)
    monkeypatch.setenv("SUDO_UID", str(OTHER))
    assert repo.find_root(str(repository)) == str(repository)
    monkeypatch.setenv("SUDO_UID", str(OTHER + 1))
    assert repo.find_root(str(repository)) is None


@needs_root
def test_every_command_says_that_it_is_ignored(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    write_policy(repository, "routes: {docs: frontier}\n")
    os.chown(repository / "tierwise.yaml", OTHER, OTHER)
    monkeypatch.chdir(repository)
    assert run(["route", "Write the README"]) == 0
    said = capfd.readouterr()
    assert "belongs to another user and is ignored" in said.err
    assert "frontier" not in said.out.partition("\n\n")[2].splitlines()[0]
    assert run(["status"]) == 2

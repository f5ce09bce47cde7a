"""Whatever the order of force, adopt, edit, delete and uninstall: what the user wrote is still somewhere."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from tests.support.policies import snapshot, synced, write_policy

from tierwise.digests import hash_sha256
from tierwise.errors import TierwiseError
from tierwise.sync.journal import backup_path
from tierwise.sync.options import SyncOptions
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets.splice import read_lines

AGENT = ".claude/agents/explorer.md"
SETTINGS = ".claude/settings.json"
FORCE, ADOPT = SyncOptions(force=[AGENT]), SyncOptions(adopt=[AGENT])


@pytest.fixture
def mine(repository: Path) -> Path:
    """An agent of the user's own, where a shipped one would be written."""
    path = repository / AGENT
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine\n")
    return path


def backup(root: Path, content: bytes) -> bytes:
    return (root / backup_path(AGENT, content)).read_bytes()


def test_an_edit_that_is_forced_over_has_a_backup_beside_the_first_file(
    repository: Path, mine: Path
) -> None:
    synced(repository, options=FORCE)
    for edit in (b"edited once\n", b"edited twice\n"):
        mine.write_bytes(edit)
        sync(str(repository), FORCE)
        assert backup(repository, edit) == edit
    uninstall(str(repository), purge=True)
    assert mine.read_bytes() == b"mine\n"
    assert backup(repository, b"edited once\n") == b"edited once\n"


@pytest.mark.parametrize("first", [FORCE, ADOPT], ids=["at once", "after it was adopted"])
def test_a_forced_file_has_a_backup_until_it_stands_in_its_place_again(
    repository: Path, mine: Path, first: SyncOptions
) -> None:
    before = snapshot(repository)
    synced(repository, options=first)
    sync(str(repository), FORCE)
    assert backup(repository, b"mine\n") == b"mine\n"
    uninstall(str(repository))
    (repository / "tierwise.yaml").unlink()
    assert snapshot(repository) == before


def test_an_edit_that_stays_does_not_cost_the_file_that_was_there_first(
    repository: Path, mine: Path
) -> None:
    synced(repository, options=FORCE)
    mine.write_bytes(b"edited\n")
    uninstall(str(repository))
    assert mine.read_bytes() == b"edited\n"
    assert backup(repository, b"mine\n") == b"mine\n"


def test_adopting_an_edit_does_not_cost_the_file_that_was_there_first(
    repository: Path, mine: Path
) -> None:
    synced(repository, options=FORCE)
    mine.write_bytes(b"edited\n")
    assert sync(str(repository), ADOPT).kept == ()
    write_policy(repository, "agents: {explorer: off}\n")
    sync(str(repository))
    uninstall(str(repository))
    assert mine.read_bytes() == b"edited\n"
    assert backup(repository, b"mine\n") == b"mine\n"


def test_a_forced_edit_of_an_agent_that_the_policy_leaves_out_has_a_backup(
    repository: Path,
) -> None:
    synced(repository)
    (repository / AGENT).write_bytes(b"edited\n")
    synced(repository, "agents: {explorer: off}\n", SyncOptions(force=None))
    assert not (repository / AGENT).exists()
    assert backup(repository, b"edited\n") == b"edited\n"


def test_a_replaced_file_comes_back_even_where_ours_was_deleted(
    repository: Path, mine: Path
) -> None:
    synced(repository, options=FORCE)
    mine.unlink()
    uninstall(str(repository))
    assert mine.read_bytes() == b"mine\n"


def test_what_was_adopted_can_be_had_after_all(repository: Path, mine: Path) -> None:
    synced(repository, options=ADOPT)
    sync(str(repository), FORCE)
    assert mine.read_bytes() != b"mine\n"
    assert plan_sync(str(repository)).drift == ()
    uninstall(str(repository))
    assert mine.read_bytes() == b"mine\n"


def test_adopted_settings_keep_no_hook_without_its_launcher(repository: Path) -> None:
    synced(repository)
    settings = repository / SETTINGS
    value = json.loads(settings.read_bytes())
    value["hooks"].popitem()
    settings.write_text(json.dumps(value | {"mine": 1}))
    assert sync(str(repository), SyncOptions(adopt=None)).kept == ()
    uninstall(str(repository))
    assert json.loads(settings.read_bytes()) == {"mine": 1}


def test_an_agent_that_was_renamed_gets_its_own_lines_back(repository: Path) -> None:
    folder = repository / ".claude/agents"
    folder.mkdir(parents=True)
    (folder / "old.md").write_bytes(b"---\nname: helper\nmodel: opus\n---\n")
    synced(repository, "agents: {helper: light}\n")
    (folder / "team").mkdir()
    (folder / "old.md").rename(folder / "team" / "new.md")
    sync(str(repository))
    assert read_lines((folder / "team/new.md").read_bytes(), ["model"]) == {"model": "haiku"}
    uninstall(str(repository))
    assert (folder / "team/new.md").read_bytes() == b"---\nname: helper\nmodel: opus\n---\n"


def test_an_agent_whose_name_is_no_utf8_is_served_and_restored(repository: Path) -> None:
    folder = repository / ".claude/agents"
    folder.mkdir(parents=True)
    try:
        (folder / "caf\udce9.md").write_bytes(b"---\nname: cafe\n---\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    before = snapshot(repository)
    synced(repository, "agents: {cafe: light}\n")
    assert plan_sync(str(repository)).drift == ()
    (repository / "tierwise.yaml").unlink()
    uninstall(str(repository))
    assert snapshot(repository) == before


def test_a_linked_claude_folder_stays_when_all_in_it_goes(repository: Path) -> None:
    (repository / "config").mkdir()
    (repository / ".claude").symlink_to("config")
    synced(repository)
    uninstall(str(repository))
    assert (repository / ".claude").is_symlink()
    assert list((repository / "config").iterdir()) == []


@pytest.mark.parametrize(
    "path", ["../victim", ".git/config", ".claude/../../victim", "/victim", "src/main.py"]
)
def test_a_record_from_elsewhere_can_name_no_file_that_is_not_ours(
    repository: Path, path: str
) -> None:
    synced(repository)
    record = repository / ".tierwise/state.json"
    state = json.loads(record.read_bytes())
    state["files"][path] = {
        "part": "x",
        "whole": hash_sha256(b"theirs"),
        "before": base64.b64encode(b"evil").decode(),
    }
    record.write_text(json.dumps(state))
    for step in (sync, uninstall):
        with pytest.raises(TierwiseError, match="Tierwise never writes"):
            step(str(repository))


def test_what_goes_is_not_written_through_a_link_out_of_the_repository(
    repository: Path, tmp_path: Path
) -> None:
    synced(repository)
    agents = repository / ".claude/agents"
    agents.rename(tmp_path / "elsewhere")
    agents.symlink_to(tmp_path / "elsewhere")
    assert uninstall(str(repository)).kept != ()
    assert (tmp_path / "elsewhere/explorer.md").exists()


def test_a_journal_from_elsewhere_moves_nothing_out_of_place(repository: Path) -> None:
    synced(repository)
    local = repository / ".tierwise/local"
    (local / "staged").mkdir()
    (local / "staged/0").write_bytes(b"evil")
    (local / "journal.json").write_text(json.dumps([["../victim", "0"], [".git/config", "0"]]))
    config = (repository / ".git/config").read_bytes()
    assert plan_sync(str(repository)).drift == ()
    assert (repository / ".git/config").read_bytes() == config
    assert not (repository.parent / "victim").exists()


def test_a_policy_that_is_a_link_out_of_the_repository_is_not_written(
    repository: Path, tmp_path: Path
) -> None:
    (repository / "tierwise.yaml").symlink_to(tmp_path / "outside.yaml")
    before = snapshot(repository)
    with pytest.raises(TierwiseError, match="leads out of the repository"):
        sync(str(repository), SyncOptions(starter=b"version: 1\n"))
    assert snapshot(repository) == before
    assert not (tmp_path / "outside.yaml").exists()


def test_force_for_a_file_that_is_not_ours_is_refused_with_the_nearest_one(
    repository: Path,
) -> None:
    with pytest.raises(TierwiseError, match=r'did you mean "\.claude/agents/explorer\.md"'):
        synced(repository, options=SyncOptions(force=[".claude/agents/explore.md"]))


def test_without_the_record_uninstall_takes_out_what_equals_the_policy(repository: Path) -> None:
    (repository / ".claude").mkdir()
    (repository / SETTINGS).write_bytes(b'{\n  "mine": 1\n}\n')
    synced(repository)
    edited = repository / AGENT
    edited.write_bytes(b"edited\n")
    (repository / ".tierwise/state.json").unlink()
    uninstall(str(repository))
    (repository / "tierwise.yaml").unlink()
    assert snapshot(repository) == {
        "README.md": b"# A project\n",
        AGENT: b"edited\n",
        SETTINGS: b'{\n  "mine": 1\n}\n',
    }


def test_a_value_over_several_lines_comes_back_in_a_file_that_was_edited_since(
    repository: Path,
) -> None:
    folder = repository / ".claude/agents"
    folder.mkdir(parents=True)
    before = b"---\nname: long\nmodel: >-\n  opus\ncolor: red\n---\n"
    (folder / "long.md").write_bytes(before)
    synced(repository, "agents: {long: light}\n")
    (folder / "long.md").write_bytes((folder / "long.md").read_bytes() + b"more\n")
    uninstall(str(repository))
    assert (folder / "long.md").read_bytes() == before + b"more\n"


def test_an_agent_that_was_moved_and_edited_gets_its_own_lines_back(repository: Path) -> None:
    folder = repository / ".claude/agents"
    folder.mkdir(parents=True)
    (folder / "old.md").write_bytes(b"---\nname: my helper\nmodel: opus\n---\n")
    synced(repository, 'agents: {"my helper": light}\n')
    (folder / "team").mkdir()
    moved = folder / "team/new.md"
    moved.write_bytes((folder / "old.md").read_bytes() + b"more\n")
    (folder / "old.md").unlink()
    sync(str(repository))
    uninstall(str(repository))
    assert moved.read_bytes() == b"---\nname: my helper\nmodel: opus\n---\nmore\n"


@pytest.mark.parametrize(
    "text",
    [
        b"---\n{name: flow, description: d}\n---\n",
        b"---\nname: flow\ndescription: |\n  a\nmodel: &m opus\ncolor: *m\n---\n",
        b"---\nname: flow\n? model\n: opus\n---\n",
    ],
)
def test_an_agent_in_which_our_lines_would_break_something_is_named_and_left(
    repository: Path, text: bytes
) -> None:
    path = repository / ".claude/agents/flow.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    plan = synced(repository, "agents: {flow: light}\n")
    (kept,) = plan.kept
    assert (kept.path, kept.status) == (".claude/agents/flow.md", "blocked")
    assert "cannot be set" in kept.reason
    assert path.read_bytes() == text

"""A target more is one module and one entry: record, plan and uninstall follow it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from tests.support.policies import snapshot, status, synced

from tierwise.domain.coding_tools import CLAUDE, label_of, list_targets, role_folders
from tierwise.domain.record import Entry
from tierwise.policy.load import Loaded
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets import registry
from tierwise.targets.registry import (
    TARGETS,
    find_faulty_roles,
    is_owned,
    list_folders,
    list_root_files,
)
from tierwise.targets.target import RepoReader, WantedFile, whole_file


class OtherTool:
    """A second tool that reads agents."""

    name: ClassVar[str] = "opencode"  # one that a policy may name
    owns: ClassVar[tuple[str, ...]] = (".othertool/agents/*.md",)
    spliced: ClassVar[tuple[str, ...]] = ()
    limits: ClassVar[tuple[str, ...]] = ()

    def take_out(self, path: str, current: bytes, entry: Entry) -> bytes | None:
        raise ValueError(path)

    def files(self, policy: Loaded, repo: RepoReader) -> Iterator[WantedFile]:
        yield whole_file(".othertool/agents/a.md", policy.policy.default.encode(), repo.read)


def test_files_of_a_target_more_are_written_known_and_taken_out(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(repository)
    others = [target for target in TARGETS if target.name != OtherTool.name]
    monkeypatch.setattr(registry, "TARGETS", (*others, OtherTool()))
    synced(repository, "targets: [claude, opencode]\ndefault: light\n")
    assert (repository / ".othertool/agents/a.md").read_bytes() == b"light"
    assert status(plan_sync(str(repository))) == {}
    sync(str(repository))
    uninstall(str(repository))
    (repository / "tierwise.yaml").unlink()
    assert snapshot(repository) == before


def test_every_target_has_its_line_of_data_and_the_other_way_round() -> None:
    assert [target.name for target in TARGETS if target.name != "shared"] == list_targets()


@pytest.mark.slow
def test_a_damaged_role_is_found_in_every_tool_that_has_roles(repository: Path) -> None:
    others = [name for name in list_targets() if name != CLAUDE]
    synced(repository, f"targets: [{', '.join(others)}]\n")
    for name in others:
        assert list(find_faulty_roles(name, str(repository))) == []
    paths = repository.glob(".*/agents/**/*")
    roles = [path for path in paths if "explorer" in path.as_posix() and path.is_file()]
    for path in roles:
        path.write_text("---\nname: [explorer\n---\n")
    found = [path for name in others for path, _ in find_faulty_roles(name, str(repository))]
    assert sorted(found) == sorted(path.relative_to(repository).as_posix() for path in roles)
    for folder in set(role_folders()) - {".claude/agents"}:
        assert any(path.startswith(folder) for path in found), folder


def test_every_target_writes_only_what_it_owns(repository: Path) -> None:
    plan = synced(repository, "session: {model: opus}\n")
    assert [change.path for change in plan.changes if not is_owned(change.path)] == []


@pytest.mark.parametrize(
    "path",
    [
        ".claude/settings.local.json",
        ".claude/CLAUDE.md",
        ".claude/agents/x.sh",
        "docs/ROUTING.md",
        ".tierwise/local/launcher",
        ".othertool/agents/a.md",
        ".git/config",
    ],
)
def test_what_no_target_owns_is_refused(path: str) -> None:
    assert not is_owned(path)


def test_the_folders_and_root_files_of_all_targets_are_known_to_the_watcher() -> None:
    folders, files = list_folders(), list_root_files()
    assert {"", ".claude/agents", ".codex", ".codex/agents", ".continue/models"} <= set(folders)
    assert {".aider.conf.yml", "crush.json", "ROUTING.md"} <= set(files)
    assert not [name for name in (*folders, *files) if "*" in name]


def test_the_page_of_targets_has_every_tool_and_what_it_cannot_do() -> None:
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    for target in TARGETS:
        if target.name != "shared":
            assert f"| `{target.name}` | {label_of(target.name)} |" in page
            assert [limit for limit in target.limits if limit not in page] == []

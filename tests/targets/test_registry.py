"""A target more is one module and one entry: record, plan and uninstall follow it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from tests.support.policies import snapshot, status, synced

from tierwise.policy.load import Loaded
from tierwise.sync.repository import plan_sync, sync, uninstall
from tierwise.targets import registry
from tierwise.targets.registry import TARGETS, is_owned
from tierwise.targets.target import RepoReader, WantedFile, whole_file


class OtherTool:
    """A second tool that reads agents."""

    name: ClassVar[str] = "other"
    owns: ClassVar[tuple[str, ...]] = (".opencode/agents/*.md",)

    def files(self, policy: Loaded, repo: RepoReader) -> Iterator[WantedFile]:
        yield whole_file(".opencode/agents/a.md", policy.policy.default.encode(), repo.read)


def test_files_of_a_target_more_are_written_known_and_taken_out(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(repository)
    monkeypatch.setattr(registry, "TARGETS", (*TARGETS, OtherTool()))
    synced(repository, "default: light\n")
    assert (repository / ".opencode/agents/a.md").read_bytes() == b"light"
    assert status(plan_sync(str(repository))) == {}
    sync(str(repository))
    uninstall(str(repository))
    (repository / "tierwise.yaml").unlink()
    assert snapshot(repository) == before


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
        ".opencode/agents/a.md",
        ".git/config",
    ],
)
def test_what_no_target_owns_is_refused(path: str) -> None:
    assert not is_owned(path)

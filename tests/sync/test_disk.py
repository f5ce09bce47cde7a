"""Reading for a plan: one state of each file, whatever happens meanwhile."""

from __future__ import annotations

from pathlib import Path

from tierwise.policy.load import load_policy
from tierwise.sync.disk import reader
from tierwise.sync.plan import make_plan
from tierwise.sync.repository import sync
from tierwise.sync.state import read_state
from tierwise.targets.registry import render_targets
from tierwise.targets.target import RepoReader

AGENT = ".claude/agents/debugger.md"


def test_a_reader_tells_one_state_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    read = reader(str(tmp_path))
    assert read("a") == b"1"
    (tmp_path / "a").unlink()
    assert read("a") == b"1"
    assert reader(str(tmp_path))("a") is None


def test_a_file_that_goes_while_a_plan_is_made_is_not_written_again(repository: Path) -> None:
    (repository / "tierwise.yaml").write_text("version: 1\nextends: balanced\n")
    sync(str(repository))
    root, state = str(repository), read_state(str(repository))
    read = reader(root)
    targets = render_targets(load_policy(root), RepoReader(root, read, state))
    (repository / AGENT).unlink()
    assert make_plan(targets, read, state, repair=False).writes == ()

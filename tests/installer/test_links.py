"""Links to our commands: made and renewed, never over what is not ours."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.support.checkout import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no links there")


def load_links() -> ModuleType:
    spec = importlib.util.spec_from_file_location("links", ROOT / "installer" / "links.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


links = load_links()


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    for name in links.NAMES:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_both_are_linked_and_linked_again_changes_nothing(programs: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done, problems = links.link_commands(programs, tmp_path)
        assert [link.name for link in done] == ["tierwise", "tierwise-hook"] and problems == []
        assert all(link.resolve() == programs / link.name for link in done)


def test_a_link_whose_program_has_gone_is_renewed(programs: Path, tmp_path: Path) -> None:
    link = tmp_path / ".local/bin/tierwise"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "gone")
    assert links.link_commands(programs, tmp_path)[1] == []
    assert link.resolve() == programs / "tierwise"


@pytest.mark.parametrize("is_link", [True, False])
def test_what_is_not_ours_stays_and_is_named(is_link: bool, programs: Path, tmp_path: Path) -> None:
    link = tmp_path / ".local/bin/tierwise"
    link.parent.mkdir(parents=True)
    other = tmp_path / "other"
    other.write_text("another program")
    if is_link:
        link.symlink_to(other)
    else:
        link.write_text("another program")
    done, problems = links.link_commands(programs, tmp_path)
    assert [one.name for one in done] == ["tierwise-hook"]
    assert problems == [f"{link} is not ours and stays"]
    assert link.read_text() == "another program" and other.read_text() == "another program"


def test_a_home_that_cannot_be_written_is_a_sentence(programs: Path, tmp_path: Path) -> None:
    (tmp_path / ".local").write_text("a file")
    done, problems = links.link_commands(programs, tmp_path)
    assert done == [] and len(problems) == 2 and "was not written" in problems[0]


def test_path_is_read_as_a_shell_reads_it(tmp_path: Path) -> None:
    assert links.is_on_path(tmp_path, f"/usr/bin:{tmp_path}/")
    assert not links.is_on_path(tmp_path, f"/usr/bin::{tmp_path}/bin")

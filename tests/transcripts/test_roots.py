"""Where transcripts are looked for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tierwise.errors import TierwiseError
from tierwise.transcripts.roots import find_roots, find_transcripts, search_projects


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_both_default_folders_are_looked_in_as_far_as_they_exist(home: Path) -> None:
    assert find_roots(environ={}) == []
    (home / ".claude").mkdir()
    (home / ".config" / "claude").mkdir(parents=True)
    assert find_roots(environ={}) == [str(home / ".claude"), str(home / ".config" / "claude")]


def test_the_client_s_variable_replaces_them_and_may_name_several(home: Path) -> None:
    for name in (".claude", "a", "b"):
        (home / name).mkdir()
    environ = {"CLAUDE_CONFIG_DIR": f"{home}/a, ~/b,,{home}/gone"}
    assert find_roots(environ=environ) == [str(home / "a"), str(home / "b")]


def test_a_given_root_replaces_all_others_and_must_exist(home: Path) -> None:
    (home / "mine").mkdir()
    assert find_roots([home / "mine"], {"CLAUDE_CONFIG_DIR": str(home)}) == [str(home / "mine")]
    with pytest.raises(TierwiseError, match="no such folder"):
        find_roots([home / "gone"])


def test_a_root_named_twice_or_through_a_link_is_one(home: Path) -> None:
    (home / "real").mkdir()
    (home / "link").symlink_to("real")
    assert find_roots([home / "real", home / "link", home / "real"]) == [str(home / "real")]


def test_every_jsonl_under_projects_is_a_transcript_but_the_journal(tmp_path: Path) -> None:
    names = [
        "projects/p/s.jsonl",
        "projects/p/agent-0123abcd.jsonl",
        "projects/p/s/subagents/agent-a1.jsonl",
        "projects/p/s/subagents/workflows/wf_1-2/agent-a2.jsonl",
    ]
    others = [
        "history.jsonl",
        "projects/p/s/subagents/workflows/wf_1-2/journal.jsonl",
        "projects/p/s/tool-results/a.txt",
    ]
    for name in [*names, *others]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "projects/p/s/subagents/agent-a1.meta.json").write_text("{}")
    found = find_transcripts([str(tmp_path)])
    assert {os.path.relpath(item.path, tmp_path) for item in found} == set(names)
    assert [item.path for item in found if item.meta] == [str(tmp_path / names[2])]


def test_links_in_a_circle_and_folders_named_as_transcripts_are_passed_over(tmp_path: Path) -> None:
    project = tmp_path / "projects" / "p"
    (project / "folder.jsonl").mkdir(parents=True)
    (project / "folder.jsonl" / "s.jsonl").touch()
    (project / "s.jsonl").touch()
    for name in ("loop", "loop.jsonl"):
        (project / name).symlink_to(name)
    found = find_transcripts([str(tmp_path)])
    assert [transcript.path for transcript in found] == [str(project / "s.jsonl")]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file systems take no other names")
def test_names_that_are_no_text_are_left_out_and_named(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"odd\xff")
    (odd / "projects").mkdir(parents=True)
    with pytest.raises(TierwiseError, match="no UTF-8 text"):
        find_roots([odd])
    (tmp_path / "projects" / os.fsdecode(b"p\xff")).mkdir(parents=True)
    (tmp_path / "projects" / "s.jsonl").touch()
    search = search_projects([tmp_path])
    assert [found.path for found in search.list_transcripts()] == [
        str(tmp_path / "projects/s.jsonl")
    ]
    assert [line.rpartition(": ")[2] for line in search.left_out] == ["the name is no UTF-8 text"]

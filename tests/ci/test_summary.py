"""A job's summary."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.ci.summary import append_summary, find_summary, write_row


def test_the_named_file_comes_before_the_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert find_summary(None) is None
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/tmp/summary")
    assert find_summary(None) == Path("/tmp/summary")
    assert find_summary(Path("own.md")) == Path("own.md")


def test_lines_are_appended_with_one_between(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    append_summary(path, ["a"])
    append_summary(path, ["b"])
    assert path.read_text() == "a\n\nb\n\n"


def test_a_cell_stays_a_cell() -> None:
    assert write_row(["a|b\n<img>", "\\"]) == "| a\\|b &lt;img> | \\\\ |"

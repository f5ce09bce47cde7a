"""Lines of ours in a file of the user's: put in with what stood there, refused where they would change the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.domain.record import Entry
from tierwise.targets.formats import FRONTMATTER, JSON
from tierwise.targets.lines import config_file, restore_lines, splice_lines
from tierwise.targets.target import RepoReader

LINES = {"model": "opus"}


def test_a_file_of_another_language_stays_and_is_a_problem() -> None:
    wanted = splice_lines(FRONTMATTER, "path", b"no fences\n", LINES, None)
    assert wanted.content == b"no fences\n"
    assert wanted.problem.startswith("cannot be read: ")


def test_a_layout_that_cannot_take_the_line_is_a_problem_that_names_it() -> None:
    wanted = splice_lines(FRONTMATTER, "path", b"---\n{name: a}\n---\n", LINES, None)
    assert "`model` cannot be set without changing the rest" in wanted.problem


def test_the_first_three_keys_of_a_refusal_are_named() -> None:
    lines = dict.fromkeys("abcde", "1")
    wanted = splice_lines(FRONTMATTER, "path", b"---\n{name: a}\n---\n", lines, None)
    assert "`a` and `b` and `c` and 2 more" in wanted.problem


@pytest.mark.parametrize(
    ("before", "expected"), [(None, None), (b'{"own": 1}', b'{"own": 1}')], ids=["ours", "theirs"]
)
def test_settings_come_out_as_they_were(before: bytes | None, expected: bytes | None) -> None:
    repo = RepoReader("/", lambda _: before, {})
    wanted = config_file(JSON, "settings.json", {"a/b": '"x"'}, repo)
    assert b'"x"' in wanted.content
    entry = Entry("x", "digest", wanted.before, wanted.original)
    assert restore_lines(JSON, wanted.content, entry, lambda _: True) == expected


def test_a_key_that_the_target_does_not_know_is_not_put_back() -> None:
    entry = Entry("x", "digest", b"---\nmodel: haiku\n---\n", {"model": "haiku", "evil": "1"})
    restored = restore_lines(
        FRONTMATTER, b"---\nmodel: opus\nn: 1\n---\n", entry, LINES.__contains__
    )
    assert restored == b"---\nmodel: haiku\nn: 1\n---\n"


@pytest.mark.parametrize("value", [5, ["haiku"], {"absent": True}])
def test_a_record_with_another_value_than_a_text_stops_nothing(value: object) -> None:
    data = b"---\nmodel: opus\n---\n"
    entry = Entry("x", "digest", b"---\n---\n", {"model": value, "effort": value})
    assert splice_lines(FRONTMATTER, "path", data, LINES, entry).problem == ""
    assert restore_lines(FRONTMATTER, data, entry, lambda _: True) == data


def test_nothing_of_a_repository_is_written(tmp_path: Path) -> None:
    repo = RepoReader(str(tmp_path), lambda _: None, {})
    config_file(JSON, "settings.json", {"a": "1"}, repo)
    assert not list(tmp_path.iterdir())

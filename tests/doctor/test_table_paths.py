"""Paths of the table of overrides: below the repository, the home, or where a variable says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.doctor.place import look
from tierwise.doctor.table_paths import find_paths

ENVIRON = {"HOME": "/home/me", "SET": "/set", "EMPTY": ""}


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("~/a", "/home/me/a"),
        ("${SET}/a", "/set/a"),
        ("${SET:-~/usual}/a", "/set/a"),
        ("${UNSET:-~/usual}/a", "/home/me/usual/a"),
        ("${EMPTY:-~}/a", "/home/me/a"),
        ("${SET}/../a", "/a"),
        ("/etc/a", "/etc/a"),
    ],
)
def test_a_path_lies_where_the_environment_says(pattern: str, path: str, tmp_path: Path) -> None:
    assert list(find_paths(look(str(tmp_path), ENVIRON), [pattern])) == [path]


@pytest.mark.parametrize("pattern", ["${UNSET}/a", "${EMPTY}", "../a"])
def test_a_path_that_names_nothing_here_is_none(pattern: str, tmp_path: Path) -> None:
    assert list(find_paths(look(str(tmp_path), ENVIRON), [pattern])) == []


def test_a_plain_path_is_below_the_repository_and_no_link_leads_out(tmp_path: Path) -> None:
    place = look(str(tmp_path), ENVIRON)
    assert list(find_paths(place, ["a/b"])) == [str(tmp_path / "a" / "b")]
    (tmp_path / "a").symlink_to("/etc")
    assert list(find_paths(place, ["a/b"])) == []

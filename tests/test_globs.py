"""Path globs."""

from __future__ import annotations

import pytest

from tierwise.globs import matches_glob


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("**/auth/**", "src/auth/login.py"),
        ("**/auth/**", "auth/login.py"),
        ("**/auth/**", "/home/me/project/auth/deep/er/x.py"),
        ("**/auth/**", "src/auth"),
        ("**/auth/**", "./auth/"),
        ("src/*.py", "src/a.py"),
        ("src/**/*.py", "src/a.py"),
        ("src/**/*.py", "src/a/b/c.py"),
        ("*.sql", "db/queries/top.sql"),
        ("a?c.txt", "abc.txt"),
        ("**", "anything/at/all"),
        ("src/**/test_*.py", "src/x/y/test_z.py"),
        ("**/auth/**", "src\\auth\\login.py"),
    ],
)
def test_a_glob_means(glob: str, path: str) -> None:
    assert matches_glob(path, glob)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("**/auth/**", "src/author/x.py"),
        ("**/auth/**", "src/oauth/x.py"),
        ("src/*.py", "src/a/b.py"),
        ("src/*.py", "lib/src/a.py"),
        ("a?c.txt", "ac.txt"),
        ("", "a"),
        ("**/x", ""),
        ("[ab].txt", "a.txt"),
    ],
)
def test_a_glob_does_not_mean(glob: str, path: str) -> None:
    assert not matches_glob(path, glob)


def test_many_stars_against_a_long_name_come_to_an_end() -> None:
    assert not matches_glob("a" * 5000, "*a" * 50 + "b")
    assert not matches_glob("a/" * 2000 + "c", "**/a/" * 40 + "b")

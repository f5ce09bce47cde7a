"""Path patterns."""

from __future__ import annotations

import pytest

from tierwise.globs import matches_glob


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a.py", True),
        ("*.py", "deep/down/a.py", True),
        ("*.py", "a.pyi", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/b/a.md", False),
        ("docs/**", "docs/b/a.md", True),
        ("**/auth/**", "auth/a.py", True),
        ("**/auth/**", "src/auth/deep/a.py", True),
        ("**/auth/**", "src/author/a.py", False),
        ("src/**/test_*.py", "src/test_a.py", True),
        ("src/**/test_*.py", "src/a/b/test_a.py", True),
        ("vendor/", "vendor/a/b.c", True),
        ("vendor/", "third/vendor/b.c", True),
        ("a/vendor/", "third/a/vendor/b.c", False),
        ("vendor/", "vendors/b.c", False),
        ("file?.txt", "file1.txt", True),
        ("*", "any/thing", True),
        ("a*b*c", "aXXbYYbZZc", True),
        ("a*b*c", "aXXbYYbZZ", False),
    ],
)
def test_a_pattern_matches_as_gitignore_reads_it(pattern: str, path: str, expected: bool) -> None:
    assert matches_glob(path, pattern) is expected


def test_a_hostile_pattern_takes_no_exponential_time() -> None:
    assert not matches_glob("a" * 2_000, "*a" * 50 + "b")
    assert not matches_glob("/".join("a" * 1_000), "/".join(["**", "a"] * 30) + "/b")

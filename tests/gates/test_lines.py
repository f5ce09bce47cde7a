"""Lines of tests that say what a file of data is for."""

from __future__ import annotations

import pytest

from tierwise.gates.following.lines import compares_with


@pytest.mark.parametrize(
    ("line", "compares"),
    [
        ("    assert report(hits) == (DATA / 'all.txt').read_text()\n", True),
        ("is report($hits), slurp('all.txt'), 'report';\n", True),
        ("    assert other(hits) == (DATA / 'all.txt').read_text()\n", False),
        ("    hits = report((DATA / 'all.txt').read_text())\n", False),
        ("    assert report(hits) == 3\n", False),
    ],
)
def test_what_a_function_gives_is_compared_with_a_file(line: str, compares: bool) -> None:
    assert compares_with([line], "all.txt", frozenset({"report"})) is compares

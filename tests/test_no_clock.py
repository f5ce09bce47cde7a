"""Speed belongs in bench/, as ratios: a test counts, or guards against what does not end."""

from __future__ import annotations

from pathlib import Path

_CLOCKS = ("process" + "_time(", "perf" + "_counter(", "thread" + "_time(")


def test_no_test_asserts_how_long_something_takes() -> None:
    tests = Path(__file__).parent.rglob("test_*.py")
    assert not [path.name for path in tests if any(map(path.read_text().__contains__, _CLOCKS))]

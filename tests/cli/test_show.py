"""What several commands print alike."""

from __future__ import annotations

from tierwise.cli.show import align_columns


def test_names_begin_in_one_place_and_figures_end_in_one() -> None:
    rows = [("kind", "tasks"), ("docs", "12"), ("refactoring", "7")]
    assert align_columns(rows, 1) == [
        "kind         tasks",
        "docs            12",
        "refactoring      7",
    ]
    assert align_columns(rows, 2) == ["kind         tasks", "docs         12", "refactoring  7"]

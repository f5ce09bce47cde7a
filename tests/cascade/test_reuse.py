"""Accepted results as examples: kept locally, redacted, found by likeness, their effect measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierwise.cascade.context import redact
from tierwise.cascade.reuse import effect, find, keep

KEY = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"


def test_an_example_of_the_same_kind_is_found_by_its_words(tmp_path: Path) -> None:
    root = str(tmp_path)
    for task in ("rename the parser", "document the parser's options"):
        keep(root, "docs", task, f"diff of {task}", limit=5, redact=str)
    assert find(root, "docs", "document the lexer's options").endswith(
        "diff of document the parser's options"
    )
    assert find(root, "tests", "document the lexer's options") == ""
    assert find(root, "docs", "something else") == ""


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        keep(str(tmp_path), "docs", f"task {number}", f"result {number}", limit=2, redact=str)
    assert find(str(tmp_path), "docs", "task 0").endswith("result 4")


def test_what_is_kept_holds_no_secret(tmp_path: Path) -> None:
    keep(str(tmp_path), "docs", f"use {KEY}", "password = 'hunter2hunter2'", limit=2, redact=redact)
    kept = (tmp_path / ".tierwise/local/examples/docs.json").read_text()
    assert KEY not in kept and "hunter2" not in kept
    assert kept.count("[redacted]") == 2


def test_the_effect_is_acceptance_with_and_without_an_example() -> None:
    rows = [
        {"row": "attempt", "attempt": 1, "stop": "done", "example": example, "accepted": accepted}
        for example, accepted in [(True, True), (True, False), (False, False), (False, False)]
    ]
    found = effect([*rows, {"row": "attempt", "attempt": 2, "stop": "done", "accepted": True}])
    assert found["with"] == {"attempts": 2, "accepted": 1, "share": pytest.approx(0.5)}
    assert found["without"]["share"] == 0

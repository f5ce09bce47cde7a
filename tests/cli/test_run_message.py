"""The message of a run's commit passes the check that a project may have."""

from __future__ import annotations

import pytest

from tierwise.cascade.message import result_message
from tierwise.commits.message import check


@pytest.mark.parametrize(
    ("task", "kind", "subject"),
    [
        ("Mend add() in app.py.", "bug-fix", "fix: mend add() in app.py"),
        ("Say how\nand why", "docs", "docs: say how"),
        ("x" * 100, "unknown", "chore: " + "x" * 65),
        ("feat(api)!: drop v1", "feature", "feat(api)!: drop v1"),
        ("Do  it", "unknown", "chore: do it"),
        ("Explain " + "very " * 40, "docs", "docs: explain" + " very" * 11),
    ],
)
@pytest.mark.parametrize("preset", ["spec", "commitlint"])
def test_a_result_arrives_under_a_conventional_message(
    task: str, kind: str, subject: str, preset: str
) -> None:
    message = result_message(task, kind, "20261121-111856-4aca1", "mid")
    assert message.splitlines()[0] == subject
    assert not check(message, {"preset": preset}).faults

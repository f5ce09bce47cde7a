"""New tests that look at nothing, or at whatever suits them, whatever they compare."""

from __future__ import annotations

from collections.abc import Sequence

from tierwise.gates.tests_as_were.retries import describe_retries
from tierwise.gates.tests_as_were.self_comparisons import describe_self_comparisons
from tierwise.git.snapshot import Change


def describe_hollow_tests(changes: Sequence[Change], task: str) -> list[str]:
    """What reading tells against new assertions, in words."""
    return [*describe_self_comparisons(changes, task), *describe_retries(changes)]

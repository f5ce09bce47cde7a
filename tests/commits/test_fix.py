"""The corrected first line: proposed only when it passes."""

from __future__ import annotations

import pytest

from tierwise.commits.fix import corrected
from tierwise.commits.message import check


def proposed(message: str, preset: str) -> str:
    settings = {"preset": preset}
    faults = check(message, settings).faults
    return corrected(
        message.partition("\n")[0], faults, lambda line: not check(line, settings).faults
    )


@pytest.mark.parametrize(
    ("header", "better"),
    [
        ("feat:x", "feat: x"),
        ("feat : x", "feat: x"),
        ("feat (api): x", "feat(api): x"),
        ("feat(): x", "feat: x"),
        ("feat(a)(b): x", "feat(a,b): x"),
        ("feat!!: x", "feat!: x"),
        (" feat: x", "feat: x"),
        ("\ufefffeat: x", "feat: x"),
        ("[feat] x", "feat: x"),
        ("fix - x", "fix: x"),
        ("Add a thing", "feat: Add a thing"),
        ("Fixed the bug", "fix: Fixed the bug"),
        ("update", "chore: update"),
        ("feat:", ""),
        ("something else", ""),
    ],
)
def test_a_first_line_is_corrected_where_it_can_be(header: str, better: str) -> None:
    assert proposed(header, "spec") == better


@pytest.mark.parametrize(
    ("header", "better"),
    [
        ("Feat: Add x.", "feat: add x"),
        ("FIX(a)!: Stop.", "fix(a)!: stop"),
        ("Add a thing", "feat: add a thing"),
        ("wip: x", ""),
    ],
)
def test_the_correction_keeps_to_the_settings(header: str, better: str) -> None:
    assert proposed(header, "commitlint") == better


def test_a_fault_in_the_body_needs_no_other_first_line() -> None:
    assert proposed("feat: x\nglued", "spec") == ""

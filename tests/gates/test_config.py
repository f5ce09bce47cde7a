"""New lines of a configuration that let checks pass."""

from __future__ import annotations

import pytest
from tests.support.counting import ComparedText

from tierwise.gates.reading.paths import is_config
from tierwise.gates.tests_intact.config import loosened
from tierwise.gates.tests_intact.new_lines import list_new_lines


@pytest.mark.parametrize(
    ("line", "is_lenient"),
    [
        ("- run: pytest -p no:cacheprovider", False),
        ("- run: pytest -p no:cacheprovider || true", True),
        ("- run: pytest -p no:randomly", True),
        ("- run: pytest --deselect tests/a.py", True),
        ("# - run: pytest || true", False),
    ],
)
def test_a_line_that_lets_checks_pass_is_told_from_a_harmless_one(
    line: str, is_lenient: bool
) -> None:
    found = loosened("Makefile", b"- run: pytest\n", f"- run: pytest\n{line}\n".encode())
    assert bool(found) is is_lenient


def test_a_configuration_that_is_written_anew_is_not_compared_line_with_line() -> None:
    before, after = (
        [ComparedText(f"- run: {word} {number}") for number in range(1_000)]
        for word in ("step", "other")
    )
    ComparedText.comparisons = 0
    assert len(list_new_lines(before, after)) == 1_000
    assert ComparedText.comparisons <= 1_000


@pytest.mark.parametrize(
    ("before", "after", "is_found"),
    [
        ("addopts = -q\n", "addopts = -q --reruns 3\n", True),
        (None, "addopts = --reruns=3\n", True),
        ("addopts = --reruns 3\n", "addopts = --reruns 2\n", False),
        ("addopts = -q\n", "addopts = -q --reruns 0\n", False),
        (None, "addopts = -q\n", False),
    ],
)
def test_tests_that_are_run_again_only_now_are_found(
    before: str | None, after: str, is_found: bool
) -> None:
    old = None if before is None else before.encode()
    assert bool(loosened("pytest.ini", old, after.encode())) is is_found


def test_a_script_of_a_library_is_none_that_checks() -> None:
    assert is_config("scripts/verify.sh") and is_config("check.sh")
    assert not is_config("lib/verify.sh") and not is_config("src/tools/check.sh")

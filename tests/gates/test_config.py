"""New lines of a configuration that let checks pass."""

from __future__ import annotations

import time

import pytest

from tierwise.gates.tests_intact.config import loosened


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


def test_a_long_configuration_that_is_written_anew_takes_little_time() -> None:
    before = "".join(f"- run: step {number}\n" for number in range(10_000))
    after = before.replace("step", "other")
    start = time.process_time()
    assert loosened(".github/workflows/ci.yml", before.encode(), after.encode()) == []
    assert time.process_time() - start < 1


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

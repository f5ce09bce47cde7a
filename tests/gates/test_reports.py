"""What a run printed, read for its tests, whatever else stands there."""

from __future__ import annotations

import pytest
from tests.support.hanging import guard_against_hanging

from tierwise.gates.compare_runs import compare_with_base
from tierwise.gates.reports import read_report
from tierwise.gates.runs import Run


@pytest.mark.parametrize(
    ("line", "total"),
    [
        ("3 passed in 0.12s", 3),
        ("==== 1 failed, 3 passed, 2 skipped, 1 warning in 61.40s (0:01:01) ====", 4),
        ("1 error in 0.05s", 1),
        ("no tests ran in 0.01s", None),
    ],
)
def test_the_last_line_of_pytest_says_how_many_ran(line: str, total: int | None) -> None:
    assert read_report(line).total == total


@pytest.mark.parametrize(
    "text", [f"{'10 ' * 60}\n", f"== {'12 passed ' * 10_000}\n", "\n" * 100_000, " \n" * 50_000]
)
def test_tables_and_blank_lines_take_little_time(text: str) -> None:
    with guard_against_hanging():
        assert read_report(text).is_empty


JEST = """FAIL t/a.test.js
  ● Console

    console.log
      hello

  ● adds at top

    Expected: 2

  ● inner › subtracts

FAIL t/c.test.js
  ● Test suite failed to run

    SyntaxError

PASS t/b.test.js

Test Suites: 2 failed, 1 passed, 3 total
Tests:       2 failed, 1 skipped, 3 passed, 6 total
"""
VITEST = """ ❯ t/a.test.js (3 tests | 1 failed | 1 skipped) 57ms
   × adds at top 29ms
   ✓ is fine 0ms
   ↓ is left out
 ✓ t/b.test.js (2 tests | 1 skipped) 3ms

 FAIL  t/c.test.js [ t/c.test.js ]
Error: no such file

 Test Files  2 failed | 1 passed (3)
      Tests  1 failed | 2 passed | 2 skipped (5)
"""
RSPEC = """F.**

6 examples, 1 failure, 2 pending

Failed examples:

rspec ./spec/a_spec.rb:2 # A adds
"""


@pytest.mark.parametrize(
    ("output", "passed", "failed", "total"),
    [
        (
            JEST,
            set(),
            {
                "adds at top",
                "subtracts",
                "Test suite failed to run",
                "t/a.test.js",
                "t/c.test.js",
            },
            5,
        ),
        (
            VITEST,
            {"is fine", "t/b.test.js"},
            {"adds at top", "t/c.test.js [ t/c.test.js ]"},
            3,
        ),
        (RSPEC, set(), {"A adds"}, 4),
        ("Tests: 3, Assertions: 5, Failures: 1.\n", set(), set(), None),
    ],
)
def test_what_runners_say_of_several_files_is_read(
    output: str,
    passed: set[str],
    failed: set[str],
    total: int | None,
) -> None:
    report = read_report(output)
    assert report.passed == passed
    assert report.failed == failed
    assert report.total == total


CARGO_QUIET = """running 3 tests
x --- FAILED
. 2/3
m::deep --- FAILED
"""


def test_quiet_cargo_names_what_fails_and_counts_the_rest() -> None:
    report = read_report(CARGO_QUIET)
    assert (report.failed, report.passed, report.total) == ({"x", "m::deep"}, frozenset(), 3)


GO = "ok  \texample.com/shop\t0.003s\nFAIL\texample.com/till [build failed]\nok  \tshop/tax\t(cached)\n"


def test_packages_of_go_are_read() -> None:
    report = read_report(GO)
    assert report.passed == {"package example.com/shop", "package shop/tax"}
    assert report.failed == {"package example.com/till"}


def test_lines_of_a_runner_of_ones_own_are_read_where_it_names_what_went_well() -> None:
    report = read_report("ok SrtTest.testReads\nnot ok SrtTest.testTimes: 3 for 4\nok then\n")
    assert (report.passed, report.failed) == ({"SrtTest.testReads", "then"}, {"SrtTest.testTimes"})


def test_a_runner_that_names_failures_alone_says_nothing_of_what_ran() -> None:
    assert read_report("FAIL tests/test_readings.sh test_bad_file\n21 tests, 1 failed\n").is_empty
    assert read_report("not ok test_bad_file\n21 tests, 1 failed\n").is_empty


TAP = """TAP version 13
# Subtest: sub
    # Subtest: works
    not ok 1 - works
    1..1
not ok 1 - sub
# Subtest: add
    # Subtest: works
    {} 1 - works
    1..1
{} 2 - add
"""
CARGO = "test tests::works ... FAILED\n     Running unittests\ntest tests::works ... {}\n"
IN_SUITES = "  ● sub › works\n\n  ● {}\n\nSummary of all failing tests\n  ● sub › works\n"


@pytest.mark.parametrize(
    ("output", "red", "green", "name"),
    [
        (TAP, "not ok", "ok", "works (2)"),
        (CARGO, "FAILED", "ok", "tests::works (2)"),
        (IN_SUITES, "add › works", "Console", "works (2)"),
    ],
)
def test_a_failing_test_that_shares_its_name_with_another_one_counts_by_itself(
    output: str,
    red: str,
    green: str,
    name: str,
) -> None:
    before = read_report(output.replace("{}", green))
    now = read_report(output.replace("{}", red))
    assert before.failed == now.failed
    assert (before.besides, now.besides) == (frozenset(), {name})
    runs = (Run("make test", 1, report=report) for report in (now, before))
    assert compare_with_base(*runs, "").new == (name,)

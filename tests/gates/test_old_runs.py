"""What a run under the old tests tells beside the others."""

from __future__ import annotations

from dataclasses import replace

from tierwise.gates.reports import RunReport
from tierwise.gates.runs import Run
from tierwise.gates.tests_as_were.old_runs import (
    list_fixed,
    list_gone,
    list_missing,
    list_red,
    list_renamed,
    list_turned,
)


def make_run(
    passed: str = "",
    failed: str = "",
    total: int | None = None,
) -> Run:
    """A run with tests named in two texts."""
    report = RunReport(
        frozenset(passed.split()),
        frozenset(failed.split()),
        total=total,
    )
    return Run("run", int(bool(failed)), report=report)


def test_what_turned_fails_as_it_was_and_not_as_delivered() -> None:
    old = make_run("a", "b c")
    assert list_turned(old, make_run("a b", "c"), ("d",)) == ("b", "d")
    assert list_turned(old, make_run("a b c"), ()) == ("b", "c")
    assert list_turned(make_run("a"), make_run("a"), ()) == ("the command as a whole",)


def test_what_turned_beside_a_failing_test_of_the_same_name_is_told() -> None:
    delivered = make_run("", "works")
    old = replace(
        delivered,
        report=replace(delivered.report, besides=frozenset({"works (2)"})),
    )
    assert list_turned(old, delivered, ()) == ("works (2)",)
    assert list_turned(old, old, ()) == ()


def test_a_test_of_the_base_is_missing_unless_it_ran_elsewhere_or_may_be_gone() -> None:
    base = make_run("t/a.py::one t/a.py::two three")
    now = make_run("t/b.py::one three")
    assert list_missing(base, now) == ("t/a.py::two",)
    assert list_missing(base, now, gone=("t/a.py::two",)) == ()
    assert list_missing(None, now) == list_missing(make_run(), now) == ()


def test_what_was_red_on_the_base_is_fixed_only_where_the_old_test_passes() -> None:
    base = make_run("a", "b c")
    assert list_red(base, make_run("a b c")) == {"b", "c"}
    assert list_fixed(base, make_run("a b", "c")) == ("b",)
    assert list_red(make_run("a"), make_run("a")) == list_red(None, make_run("a")) == frozenset()


def test_tests_with_another_name_are_as_many_and_the_old_name_stands_nowhere() -> None:
    base, again = make_run("t::one t::two"), make_run("t::two t::uno")
    assert list_renamed(base, again, {"t": b"def uno"}) == ("t::one",)
    assert list_renamed(base, again, {"t": b"def one"}) == ()
    assert list_renamed(base, make_run("t::two"), {"t": b"def uno"}) == ()
    assert list_renamed(None, again, {}) == ()


def test_a_runner_that_names_the_tests_of_failing_files_alone_is_counted() -> None:
    """vitest's files that pass are told in one line each; jest tells nothing of theirs with several files."""
    red = make_run("adds t/b.test.js", "subtracts", total=3)
    green = make_run("t/a.test.js t/b.test.js", total=3)
    silent = make_run(total=3)
    for now in (green, silent):
        assert list_missing(red, now) == list_gone(red, now) == ()
        assert list_renamed(red, now, {}) == ()
    assert list_missing(green, red) == ()
    fewer = make_run("t/a.test.js t/b.test.js", total=2)
    assert list_missing(red, fewer) == ("2 of 3 tests",)
    assert list_gone(red, fewer) == ("",)


def test_a_test_that_is_gone_beside_one_of_the_same_name_is_missed_by_its_name() -> None:
    base = make_run("adds subtracts", total=3)
    assert list_missing(base, make_run("adds", total=3)) == ("subtracts",)

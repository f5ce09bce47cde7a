"""Which tests a change brings or rewrites, and which of these a run complains of."""

from __future__ import annotations

from tierwise.gates.new_tests.changed_tests import ChangedTests, read_changed_tests
from tierwise.gates.reports import RunReport
from tierwise.gates.runs import Run
from tierwise.git.snapshot import TreeChange

OLD = """from shop import total

def test_old():
    assert total(1) == 1
"""
NEW = f"""{OLD}
def test_new():
    assert total(2) == 2
"""
GREEN = Run("c", 0)


def _read(before: str, after: str, path: str = "tests/test_a.py") -> ChangedTests:
    return read_changed_tests([TreeChange(path, before.encode(), after.encode())])


def _fail(*names: str) -> Run:
    return Run("c", 1, report=RunReport(failed=frozenset(names)))


def test_new_tests_are_told_from_old_ones() -> None:
    tests = _read(OLD, NEW)
    assert set(tests.changed) == {"test_new"}
    assert tests.others == {"test_old"}
    assert tests.are_in(_fail("tests.test_a::test_new"), GREEN, GREEN)
    assert not tests.are_in(_fail("tests.test_a::test_old"), GREEN, GREEN)


def test_a_run_that_names_no_test_says_so_in_its_lines() -> None:
    tests = _read(OLD, NEW)
    assert tests.are_in(Run("c", 1, "FAILED test_new: 2"), GREEN, GREEN)
    assert not tests.are_in(Run("c", 1, "FAILED test_old: 1"), GREEN, GREEN)
    assert tests.are_in(Run("c", 1, "Segmentation fault"), GREEN, GREEN)
    assert not tests.are_in(Run("c", 0, "test_new"), GREEN, GREEN)


def test_what_a_changed_helper_is_used_by_is_changed_too() -> None:
    helper = "def make():\n    return {}\n\n"
    use = "def test_use():\n    assert make()\n"
    tests = _read(helper.format(1) + use, helper.format(2) + use)
    assert set(tests.changed) == {"make", "test_use"}


def test_a_table_or_a_fixture_may_be_for_any_test() -> None:
    assert _read(f"ROWS = [1]\n{OLD}", f"ROWS = [2]\n{OLD}").is_any_changed
    assert _read("a", "b", "tests/golden/a.txt").is_any_changed
    assert not _read("a", "b", "package.json").has_any
    assert not _read(f"import os\n{OLD}", f"import sys\n{OLD}").is_any_changed


def test_tests_of_a_function_call_it_and_surely_ran() -> None:
    ran = Run("c", 0, report=RunReport(passed=frozenset({"tests.test_a::test_new"})))
    assert _read(OLD, NEW).list_tests_of(["total"], ran) == {"test_new"}
    assert _read(OLD, NEW).list_tests_of(["other"], ran) == set()
    assert _read("", "static void sums(void)\n{\n    total(1);\n}\n", "tests/a.c").list_tests_of(
        ["total"], GREEN
    ) == {"sums"}


def test_a_test_with_a_number_in_its_name_is_found_in_what_a_run_says() -> None:
    tests = _read(OLD, NEW.replace("test_new", "test_version_2"))
    assert tests.list_failing(Run("c", 1, "FAILED test_version_2: 7 of 8"), GREEN) == {
        "test_version_2"
    }

"""Recorded data of the tests, where they follow what a task wants."""

from __future__ import annotations

import pytest

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.lines import list_given
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("task", "follows"),
    [
        ("The last line of a report should say whole, not sum", True),
        ("Fix report so that the tests pass", False),
        ("Simplify report, keep the whole as it is", False),
    ],
)
def test_recorded_data_follows_words_that_the_task_wants(task: str, follows: bool) -> None:
    code = b"def report():\n    pass\n"
    product = read_product([TreeChange("report.py", code, code + b"x = 1\n")], task)
    old, new = b"ink   3\nsum   3\n", b"ink   3\nwhole 3\n"
    expected = old
    if follows:
        expected = new
    assert ChangedTest("t/data/monday.txt", old, new, product).follow("named")[0] == expected
    other = b"ink   4\nwhole 4\n"
    assert ChangedTest("t/data/monday.txt", old, other, product).follow("named")[0] == old


def test_recorded_numbers_follow_a_value_of_the_task() -> None:
    changes = [
        TreeChange("shop.py", b"def total():\n    return 50\n", b"def total():\n    return 60\n")
    ]
    old, new = b"express 5.00\n", b"express 6.00\n"
    for task, follows in (("Express is 60 % now", True), ("Express is 70 % now", False)):
        test = ChangedTest("tests/golden/total.txt", old, new, read_product(changes, task))
        assert (test.follow("asked")[0] == new) is follows
        assert test.follow("named")[0] == old


def test_recorded_data_lose_what_the_tests_give_under_a_name_that_goes() -> None:
    before, after = (
        b"def line(e):\n    return e.title + e.publisher\n",
        b"def line(e):\n    return e.title\n",
    )
    product = read_product([TreeChange("style.py", before, after)], "Drop the publisher")
    lost = frozenset(
        list_given(b"publisher = {Addison-Wesley},\nyear = {1997}\n", product.lost_words)
    )
    assert lost == {"Addison-Wesley"}
    old, new = b"The Art. Addison-Wesley.\n", b"The Art.\n"
    golden = "tests/golden/refs.txt"
    assert ChangedTest(golden, old, new, product, lost=lost).follow("named")[0] == new
    assert ChangedTest(golden, old, b"The.\n", product, lost=lost).follow("named")[0] == old
    assert ChangedTest(golden, old, new, product).follow("named")[0] == old

"""Tests that the task names as those that have to change."""

from __future__ import annotations

import pytest

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange

GUESTS = "def test_late():\n    with raises(KeyError):\n        seat('x')\n\n\ndef test_full():\n    assert seat('y') == 3\n"
NAMED = "A guest without a seat gets 0 in place of an error. test_late expects the error at present, so it has to change."


@pytest.mark.parametrize(
    ("new", "task", "follows"),
    [
        (GUESTS.replace("    with raises(KeyError):\n        seat('x')", "    assert seat('x') == 0"), NAMED, True),
        (GUESTS.replace("    with raises(KeyError):\n        seat('x')", "    assert seat('x') is not None"), NAMED, False),
        (GUESTS.replace("    with raises(KeyError):\n        seat('x')", "    seat('x')"), NAMED, False),
        (GUESTS.replace("== 3", "== 4"), NAMED, False),
        (
            GUESTS.replace("    with raises(KeyError):\n        seat('x')", "    assert seat('x') == 0"),
            "Seats are counted wrong: fix it, so that test_late, which expects what is right, has to change no more",
            False,
        ),
    ],
    ids=["another answer", "any answer", "nothing", "another test", "a fault"],
)  # fmt: skip
def test_a_test_that_the_task_names_as_one_that_has_to_change_may_expect_something_else(
    new: str,
    task: str,
    follows: bool,
) -> None:
    code = b"class Table:\n    def at(self):\n        raise KeyError\n"
    product = read_product(
        [TreeChange("table.py", code, code.replace(b"raise KeyError", b"return 0"))], task
    )
    test = ChangedTest("tests/test_table.py", GUESTS.encode(), new.encode(), product)
    assert (test.follow("asked")[0].decode() == new) is follows

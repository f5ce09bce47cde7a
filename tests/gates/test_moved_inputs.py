"""Inputs that a test was given, and is given no more."""

from __future__ import annotations

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.moved_inputs import list_moved_inputs
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange


def test_what_a_test_is_given_no_more_is_told() -> None:
    code = b"def shelf(jars):\n    return sum(jars)\n"
    product = read_product(
        [TreeChange("shelf.py", code, code.replace(b"sum(jars)", b"sum(jars) + 1"))],
        "shelf() counts the lid too",
    )
    old = "def test_shelf():\n    jars = [4, 9]\n    assert shelf(jars) == 13\n"
    for given, told in (("[4, 9]", []), ("[3, 9]", ["jars = [4, 9]"])):
        new = old.replace("[4, 9]", given).replace("13", "14")
        test = ChangedTest("tests/test_shelf.py", old.encode(), new.encode(), product)
        assert list(list_moved_inputs([test])) == told

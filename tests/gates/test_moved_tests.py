"""New files of tests that hold old ones."""

from __future__ import annotations

import pytest

from tierwise.gates.following.moved_tests import find_moved_tests
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange

ONE = b"def one():\n    return 1\n"
PRODUCT = read_product([TreeChange("one.py", ONE, ONE + b"x = 1\n")], "Be fast")

OLD = b"import a\n\n\ndef test_one():\n    x = one()\n    assert x == 1\n\n\ndef test_two():\n    assert two() == 2\n"
MOVED = b"import b\n\n\ndef test_one():\n    x = one()\n    assert x == 1\n"


@pytest.mark.parametrize(
    ("path", "added", "is_moved"),
    [
        ("tests/test_one.py", b"", True),
        ("tests/test_one.py", b"\n\ndef test_more():\n    assert one(2) == 2\n", True),
        ("tests/test_one.py", b"\n\n@pytest.mark.skip\ndef test_more():\n    assert one(2) == 2\n", False),
        ("tests/test_one.py", b"assert one(2) == 2\nassert one(3) == 3\nassert one(4) == 4\nassert 5 == 5\n", False),
        ("tests/test_one.py", b"\n\ndef one():\n    return 1\n", False),
        ("tests/test_one.py", b"from tests import one\n", False),
        ("one.py", b"", False),
    ],
    ids=["as it was", "with another test", "skipped", "mostly new", "its own function", "a stand-in", "no test"],
)  # fmt: skip
def test_a_new_file_holds_old_tests(path: str, added: bytes, is_moved: bool) -> None:
    changes = [TreeChange(path, None, MOVED + added)]
    assert bool(find_moved_tests(changes, [OLD], PRODUCT)) is is_moved


def test_moved_tests_may_call_a_function_by_its_new_name_and_have_another_one() -> None:
    renamed = MOVED.replace(b"test_one", b"test_first").replace(b"one()", b"first()")
    changes = [TreeChange("tests/test_first.py", None, renamed)]
    after = b"def first():\n    return 1\n"
    product = read_product([TreeChange("shop.py", ONE, after)], "Call one() first()")
    assert find_moved_tests(changes, [OLD], product)


def test_what_is_no_new_file_holds_no_moved_tests() -> None:
    changes = [
        TreeChange("tests/test_one.py", b"", MOVED),
        TreeChange("tests/test_two.py", OLD, None),
    ]
    assert not find_moved_tests(changes, [OLD, None], PRODUCT)

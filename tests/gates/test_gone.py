"""Tests, and lines of tests, that go with what they tested."""

from __future__ import annotations

import pytest

from tierwise.gates.following.follow import ChangedTest
from tierwise.gates.following.gone import is_about_what_goes
from tierwise.gates.following.product import read_product
from tierwise.git.snapshot import TreeChange


@pytest.mark.parametrize(
    ("failing", "kept", "follows"),
    [
        ("test_priority", False, True),
        ("test_other", False, False),
        ("test_priority", True, False),
    ],
)
def test_a_failing_test_called_after_what_is_gone_may_go(
    failing: str, kept: bool, follows: bool
) -> None:
    product = read_product(
        [
            TreeChange(
                "q.py", b"def add(job, priority=0):\n    pass\n", b"def add(job):\n    pass\n"
            )
        ],
        "Nobody uses priorities, remove them",
    )
    other = b"def test_other():\n    assert add(1) is None\n"
    gone = b"\n\ndef test_priority():\n    add(1, priority=2)\n    assert order == [2, 1]\n"
    left = gone.replace(b"[2, 1]", b"[]") if kept else b""
    test = ChangedTest(
        "test_q.py", other + gone, other + left, product, failing=frozenset({failing})
    )
    followed, _ = test.follow("named")
    assert (followed.strip() == other.strip()) is follows


UNITS = b"UNITS = {'g': 1, 'oz': 28}\n"


@pytest.mark.parametrize(
    ("title", "unit", "task", "goes"),
    [
        ("american", "1 oz", "He typed `2 oz`. Take out ounces", True),
        ("american", "1 oz", "Take out cups, oz must stay", False),
        ("american", "1 oz", "Take out cups", False),
        ("american", "1 g", "He typed `2 oz`. Take out ounces", False),
        ("ounces", "1 g", "Nobody uses ounces. Take them out", True),
        ("ounces", "1 g", "Fix the ounces", False),
    ],
)
def test_a_failing_test_goes_with_what_the_task_tells_of(
    title: str, unit: str, task: str, goes: bool
) -> None:
    product = read_product([TreeChange("units.py", UNITS, UNITS.replace(b", 'oz': 28", b""))], task)
    body = [f"    assert parse('{unit}') == 28"]
    assert is_about_what_goes(f"def test_{title}():", body, product) is goes


def test_what_is_only_called_otherwise_has_not_gone() -> None:
    before = b"LINE = '(?P<user>.*) (?P<host>.*)'\n"
    renamed = TreeChange("parse.py", before, before.replace(b"user", b"who"))
    gone = TreeChange("parse.py", before, b"LINE = '(?P<host>.*)'\n")
    task = "LINE must not keep the user any more"
    assert read_product([gone], task).lost_words == {"user"}
    product = read_product([renamed], task)
    assert not product.lost_words
    assert not product.asked


def test_a_list_of_all_that_is_expected_may_get_shorter() -> None:
    change = TreeChange("sum.js", b"const LIMITS = { a: 400 };\n", b"const LIMITS = { a: 450 };\n")
    product = read_product([change], "a may cost 450 now instead of 400")
    head = "test('limits', () => {\n  assert.deepEqual(over(LIMITS), [\n"
    old = f"{head}    {{ a: 5 }},\n    {{ b: 2 }},\n  ]);\n}});\n"
    new = old.replace("    { a: 5 },\n", "")
    test = ChangedTest("t/sum.test.js", old.encode(), new.encode(), product)
    assert test.follow("asked")[0].decode() == new
    table = old.replace("assert.deepEqual(over(LIMITS), [", "for (const row of [")
    shorter = table.replace("    { a: 5 },\n", "")
    test = ChangedTest("t/sum.test.js", table.encode(), shorter.encode(), product)
    assert test.follow("asked")[0].decode() == table


def test_an_item_of_an_import_goes_with_what_the_product_defined() -> None:
    before = b"class Unknown(ValueError):\n    pass\n\n\ndef rate(kind):\n    return 1\n"
    change = TreeChange("fees.py", before, before[before.index(b"def") :])
    product = read_product([change], "no error any more")
    old = b"from fees import (\n    Unknown,\n    rate,\n)\n"
    for gone, follows in ((b"    Unknown,\n", True), (b"    rate,\n", False)):
        new = old.replace(gone, b"")
        test = ChangedTest("test_fees.py", old, new, product)
        assert (test.follow("named")[0] == new) is follows


TOOL = b"""while getopts n:q option; do
    case $option in
    n) times=$OPTARG ;;
    q) quiet=yes ;;
    esac
done
echo "usage: knock [-q] [-n TIMES]"
"""
KNOCKS = """test_knocks() {
    equal "$(knock -n 2)" "knock knock"
}
"""
QUIET = """
test_quiet() {
    equal "$(knock -q)" ""
}
"""


@pytest.mark.parametrize(
    ("left", "after", "task", "follows"),
    [
        ("", TOOL.replace(b"[-q] ", b""), "Please take -q and all that belongs to it out", False),
        ("", TOOL.replace(b"[-q] ", b""), "Be quiet with -q and print nothing out of turn", False),
        (KNOCKS, TOOL, "Remove -q", False),
        (
            KNOCKS,
            TOOL.replace(b"[-q] ", b""),
            "Please take -q and all that belongs to it out",
            True,
        ),
    ],
    ids=["with another test", "not asked for", "in the product still", "alone"],
)
def test_what_tests_an_option_goes_with_it_and_nothing_else_does(
    left: str,
    after: bytes,
    task: str,
    follows: bool,
) -> None:
    product = read_product([TreeChange("bin/knock.sh", TOOL, after)], task)
    test = ChangedTest("tests/knock.sh", (KNOCKS + QUIET).encode(), left.encode(), product)
    followed = test.follow("asked")[0].decode()
    assert (QUIET.strip() not in followed) is follows
    assert KNOCKS.strip() in followed
